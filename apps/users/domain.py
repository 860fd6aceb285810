"""The users' rules as pure functions: what names, addresses and settings may be, and which of them hold by default."""

import re
import unicodedata
from collections.abc import Collection, Mapping

from idl import common

NAME_LENGTH = 150
EMAIL_LENGTH = 254
LABEL_LENGTH = 50
LINE_LENGTH = 100
CITY_LENGTH = 100
REGION_LENGTH = 100
POSTCODE_LENGTH = 20
MOST_LINES = 3
MOST_ADDRESSES = 50
PASSWORD_LENGTH = 128

UNPRINTABLE = ("Cc", "Cs", "Zl", "Zp")
# Characters that turn the direction of what follows: a name could rewrite the sentence that it stands in.
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
SWITCH = ("true", "false")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
SETTINGS = ("currency", "language", "newsletter", "order_updates")

# ISO 3166-1 alpha-2, all that are assigned.
_CODES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS
BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE
EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM
HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC
LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA
NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO
TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
COUNTRIES = frozenset(_CODES.split())


def plain(text: str, field: str, longest: int, what: str) -> str:
    """The text without blanks around it or doubled within, in Unicode's composed form.

    Raises common.InvalidInput where it is longer than `longest` characters or holds what cannot be printed.
    """
    composed = " ".join(unicodedata.normalize("NFC", text).split(" ")).strip()
    composed = re.sub(r" {2,}", " ", composed)
    if any(unicodedata.category(character) in UNPRINTABLE or character in TURNING for character in composed):
        raise common.InvalidInput(
            message=f"{what} holds line breaks or control characters; leave them out.", field=field
        )
    if len(composed) > longest:
        raise common.InvalidInput(
            message=f"{what} has {len(composed):,} characters; {longest} is the most.", field=field
        )
    return composed


def needed(text: str, field: str, longest: int, what: str) -> str:
    """As `plain`, for what may not be empty."""
    found = plain(text, field, longest, what)
    if not found:
        raise common.InvalidInput(message=f"{what} is missing.", field=field)
    return found


def name(text: str) -> str:
    """A person's name as it is kept. Raises common.InvalidInput for an empty, overlong or unprintable one."""
    return needed(text, "name", NAME_LENGTH, "The name")


def normal_email(email: str) -> str:
    """An e-mail address in the one form in which it is kept and looked up: `Ann@Example.com ` is `ann@example.com`."""
    return unicodedata.normalize("NFC", email).strip().lower()


def label(text: str | None) -> str:
    """What the user calls an address; empty where they do not."""
    return plain(text or "", "label", LABEL_LENGTH, "The label")


def address(given: common.Address) -> common.Address:
    """The address as it is kept: trimmed, empty lines left out, the country's code in capitals.

    Raises common.InvalidInput, naming the field as `address.city`.
    """
    country = given.country.strip().upper()
    if country not in COUNTRIES:
        raise common.InvalidInput(
            message=f"{given.country[:20]!r} is no country's two-letter ISO 3166 code; the United Kingdom's is GB.",
            field="address.country",
        )
    return common.Address(
        name=needed(given.name, "address.name", NAME_LENGTH, "The receiver's name"),
        lines=_lines(given.lines),
        city=needed(given.city, "address.city", CITY_LENGTH, "The town"),
        region=plain(given.region or "", "address.region", REGION_LENGTH, "The region") or None,
        postcode=plain(given.postcode or "", "address.postcode", POSTCODE_LENGTH, "The postal code") or None,
        country=country,
    )


def _lines(given: Collection[str]) -> list[str]:
    if len(given) > MOST_LINES:
        raise common.InvalidInput(
            message=f"The address has {len(given)} lines; {MOST_LINES} is the most.", field="address.lines"
        )
    lines = [plain(line, "address.lines", LINE_LENGTH, "A line of the address") for line in given]
    lines = [line for line in lines if line]
    if not lines:
        raise common.InvalidInput(message="Street and number are missing.", field="address.lines")
    return lines


def changed_settings(
    present: Mapping[str, str], wanted: Mapping[str, str], currencies: Collection[str]
) -> dict[str, str]:
    """The settings after the wanted ones are put in; an empty value goes back to the shop's default.

    Raises common.InvalidInput, naming the setting as `settings.currency`, for an unknown one or a value it cannot have.
    """
    changed = dict(present)
    for key, value in wanted.items():
        if value == "" and key in SETTINGS:
            changed.pop(key, None)
        else:
            _check_setting(key, value, currencies)
            changed[key] = value
    return changed


def _check_setting(key: str, value: str, currencies: Collection[str]) -> None:
    if key not in SETTINGS:
        raise common.InvalidInput(
            message=f"There is no setting {key[:40]!r}; there are {', '.join(SETTINGS)}.", field="settings"
        )
    allowed = {"currency": tuple(currencies), "newsletter": SWITCH, "order_updates": SWITCH}.get(key)
    if allowed is not None and value not in allowed:
        raise common.InvalidInput(
            message=f"{key} can be {' or '.join(allowed)}, not {value[:20]!r}.", field=f"settings.{key}"
        )
    if key == "language" and not LANGUAGE.fullmatch(value):
        raise common.InvalidInput(
            message=f"{value[:20]!r} is no language as in en or en-GB.", field="settings.language"
        )


def all_settings(chosen: Mapping[str, str], currency: str) -> dict[str, str]:
    """What the user chose, and the shop's default for the rest."""
    return {"currency": currency, "language": "en-GB", "newsletter": "false", "order_updates": "true", **chosen}


def default_after(addresses: Mapping[str, bool], wanted: str | None) -> str | None:
    """Which address is the default one: the wanted one, else the one that was, else the first; None where there are none.

    `addresses` says of each id, oldest first, whether it was the default.
    """
    if wanted is not None and wanted in addresses:
        return wanted
    was = [key for key, is_default in addresses.items() if is_default]
    return was[0] if was else next(iter(addresses), None)
