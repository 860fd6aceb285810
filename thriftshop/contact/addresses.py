"""Postal addresses: what a parcel can be sent to, and the form in which an address is kept."""

from collections.abc import Collection

from idl import common
from thriftshop.contact import countries, texts

NAME_LENGTH = 200
LINE_LENGTH = 200
CITY_LENGTH = 100
REGION_LENGTH = 100
POSTCODE_LENGTH = 20
MOST_LINES = 3


def checked(given: common.Address, field: str = "address") -> common.Address:
    """The address as it is kept: trimmed, empty lines left out, the country's code in capitals.

    Raises common.InvalidInput, naming the part of `field` at fault: `address.city`.
    """
    country = _country(given.country, f"{field}.country")
    return common.Address(
        name=texts.required(given.name, f"{field}.name", NAME_LENGTH, "The recipient's name"),
        lines=_lines(given.lines, f"{field}.lines"),
        city=texts.required(given.city, f"{field}.city", CITY_LENGTH, "The town"),
        region=texts.optional(given.region or "", f"{field}.region", REGION_LENGTH, "The region") or None,
        postcode=_postcode(given.postcode or "", country, f"{field}.postcode"),
        country=country,
    )


def _country(given: str, field: str) -> str:
    code = given.strip().upper()
    if code not in countries.CODES:
        raise common.InvalidInput(
            message=f"{given[:20]!r} is not a country's two-letter code of ISO 3166; the United Kingdom's is GB.",
            field=field,
        )
    return code


def _lines(given: Collection[str], field: str) -> list[str]:
    if len(given) > MOST_LINES:
        raise common.InvalidInput(message=f"The address has {len(given)} lines; {MOST_LINES} is the most.", field=field)
    lines = [texts.optional(line, field, LINE_LENGTH, "A line of the address") for line in given]
    lines = [line for line in lines if line]
    if not lines:
        raise common.InvalidInput(message="Street and number are missing.", field=field)
    return lines


def _postcode(given: str, country: str, field: str) -> str | None:
    found = texts.optional(given, field, POSTCODE_LENGTH, "The postcode")
    if any(one.isalnum() for one in found):
        return found
    if country in countries.POSTCODE_REQUIRED:
        raise common.InvalidInput(message=f"The postcode is missing; addresses in {country} have one.", field=field)
    return None
