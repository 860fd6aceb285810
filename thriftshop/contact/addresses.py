"""Postal addresses: validation and normalisation."""

from collections.abc import Collection

from idl import common
from thriftshop.contact import countries, texts

NAME_LENGTH = 200
LINE_LENGTH = 200
CITY_LENGTH = 100
REGION_LENGTH = 100
POSTCODE_LENGTH = 20
MAX_LINES = 3


def checked(address: common.Address, field: str = "address") -> common.Address:
    """The normalised address: trimmed, without empty lines, with an upper-case country code.

    Raises common.InvalidInput, naming the invalid part of `field`: `address.city`.
    """
    country = _country(address.country, f"{field}.country")
    return common.Address(
        name=texts.required(address.name, f"{field}.name", NAME_LENGTH, "The recipient's name"),
        lines=_lines(address.lines, f"{field}.lines"),
        city=texts.required(address.city, f"{field}.city", CITY_LENGTH, "The town"),
        region=texts.optional(address.region or "", f"{field}.region", REGION_LENGTH, "The region") or None,
        postcode=_postcode(address.postcode or "", country, f"{field}.postcode"),
        country=country,
    )


def _country(country: str, field: str) -> str:
    code = country.strip().upper()
    if code not in countries.CODES:
        raise common.InvalidInput(
            message=f"{country[:20]!r} is not a two-letter country code of ISO 3166, such as GB for the United Kingdom.",
            field=field,
        )
    return code


def _lines(lines: Collection[str], field: str) -> list[str]:
    if len(lines) > MAX_LINES:
        raise common.InvalidInput(
            message=f"The address has {len(lines)} lines; the maximum is {MAX_LINES}.", field=field
        )
    lines = [texts.optional(line, field, LINE_LENGTH, "A line of the address") for line in lines]
    lines = [line for line in lines if line]
    if not lines:
        raise common.InvalidInput(message="Street and number are missing.", field=field)
    return lines


def _postcode(postcode: str, country: str, field: str) -> str | None:
    normalised = texts.optional(postcode, field, POSTCODE_LENGTH, "The postcode")
    if any(character.isalnum() for character in normalised):
        return normalised
    if country in countries.POSTCODE_REQUIRED:
        raise common.InvalidInput(message=f"The postcode is missing; it is required in {country}.", field=field)
    return None
