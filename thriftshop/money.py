"""Money in minor units: the currencies of ISO 4217 with their exponents, and exact parsing and formatting.

Imports the standard library and contracts only, because domain modules use it.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from idl import common

# The active codes of ISO 4217 by number of decimals. Metals, test codes and units of account have no minor unit.
_CODES = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY
        COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS
        INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR
        MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP
        STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
EXPONENTS = {code: digits for digits, codes in _CODES.items() for code in codes.split()}
MAX_DIGITS = 18  # of an amount in minor units: it must fit in 64 bits
_AMOUNT = re.compile(r"([+-]?)([0-9]+)(?:\.([0-9]+))?")


class UnknownCurrency(ValueError):
    """A code that is not an active currency of ISO 4217."""


class InvalidAmount(ValueError):
    """A text that is not an amount of its currency; the message explains why."""


def exponent(currency: str) -> int:
    """The number of decimals of a currency. Raises UnknownCurrency."""
    if currency not in EXPONENTS:
        raise UnknownCurrency(f"{currency[:20]!r} is not a currency code of ISO 4217.")
    return EXPONENTS[currency]


def parse(text: str | Decimal, currency: str) -> int:
    """Parse an amount such as `12.50` or `-3` to minor units. Raises InvalidAmount, also for too many decimals."""
    digits = exponent(currency)
    written = format(text, "f") if isinstance(text, Decimal) else text.strip()
    match = _AMOUNT.fullmatch(written)
    if match is None:
        raise InvalidAmount(f"{written[:40]!r} is not an amount such as {decimal_text(1250, currency)}.")
    sign, whole, decimals = match[1], match[2], match[3] or ""
    if len(decimals) > digits:
        allowed = f"at most {digits} decimals" if digits else "no decimals"
        decimals_text = "1 decimal" if len(decimals) == 1 else f"{len(decimals)} decimals"
        raise InvalidAmount(f"{written[:40]!r} has {decimals_text}; an amount in {currency} has {allowed}.")
    if len(whole.lstrip("0")) + digits > MAX_DIGITS:
        raise InvalidAmount(f"{written[:40]!r} is too large.")
    amount = int(whole + decimals.ljust(digits, "0"))
    return -amount if sign == "-" else amount


def decimal_text(amount: int, currency: str) -> str:
    """Format minor units as a plain decimal, for forms and files: `1234.50`. The inverse of `parse`."""
    return _written(amount, currency, "d")


def format_amount(amount: int, currency: str) -> str:
    """Format minor units for people: `1,234.50 GBP`, `1,250 JPY`."""
    return f"{_written(amount, currency, ',d')} {currency}"


def _written(amount: int, currency: str, grouping: str) -> str:
    digits = exponent(currency)
    whole, rest = divmod(abs(amount), 10**digits)
    decimals = f".{rest:0{digits}d}" if digits else ""
    return f"{'-' if amount < 0 else ''}{whole:{grouping}}{decimals}"


def accepted(code: str, currencies: Sequence[str], field: str) -> str:
    """The upper-case code. Raises common.InvalidInput with the accepted codes if it is not one of them."""
    currency = code.strip().upper()
    if currency not in currencies:
        raise common.InvalidInput(
            message=f"{code[:20]!r} is not a currency of this shop; use {' or '.join(_listed(currencies))}.",
            field=field,
        )
    return currency


def _listed(names: Sequence[str]) -> list[str]:
    """All names but the last as one text, and the last: `GBP, EUR`, `USD`."""
    return [", ".join(names[:-1]), names[-1]] if len(names) > 1 else list(names)
