"""Country names of trade files, with their ISO 3166-1 codes."""

CODES = {
    "australia": "AU",
    "austria": "AT",
    "bahrain": "BH",
    "belgium": "BE",
    "bermuda": "BM",
    "brazil": "BR",
    "canada": "CA",
    "channel islands": "JE",
    "cyprus": "CY",
    "czech republic": "CZ",
    "denmark": "DK",
    "eire": "IE",
    "finland": "FI",
    "france": "FR",
    "germany": "DE",
    "greece": "GR",
    "hong kong": "HK",
    "iceland": "IS",
    "ireland": "IE",
    "israel": "IL",
    "italy": "IT",
    "japan": "JP",
    "korea": "KR",
    "lebanon": "LB",
    "lithuania": "LT",
    "malta": "MT",
    "netherlands": "NL",
    "nigeria": "NG",
    "norway": "NO",
    "poland": "PL",
    "portugal": "PT",
    "rsa": "ZA",
    "saudi arabia": "SA",
    "singapore": "SG",
    "south africa": "ZA",
    "spain": "ES",
    "sweden": "SE",
    "switzerland": "CH",
    "thailand": "TH",
    "united arab emirates": "AE",
    "united kingdom": "GB",
    "uk": "GB",
    "usa": "US",
    "united states": "US",
}


def code_of(country: str) -> str | None:
    """The country's code; None for `Unspecified`, `European Community`, `West Indies` and the like."""
    plain = " ".join(country.split())
    if len(plain) == 2 and plain.isalpha() and plain.upper() in CODES.values():
        return plain.upper()
    return CODES.get(plain.lower())
