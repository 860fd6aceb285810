"""The kind of a line of trade, determined by its document, code, quantity and price."""

from __future__ import annotations

import functools
import hashlib
import re
import unicodedata
from typing import NamedTuple

from apps.trade.domain.lines import Document, Line

SERVICES = (
    ("postage", re.compile(r"POST|DOT|C\d")),
    ("bank_charges", re.compile(r"BANKCHARGES")),
    ("fee", re.compile(r"AMAZONFEE|CRUK")),
    ("voucher", re.compile(r"GIFT.*")),
    ("discount", re.compile(r"D")),
    ("samples", re.compile(r"S")),
    ("manual", re.compile(r"M")),
    ("bad_debt", re.compile(r"B")),
    ("adjust", re.compile(r"ADJUST\d*")),
    ("test", re.compile(r"TEST\d*")),
)
"""Codes that are not goods; every other code is."""

INVALID = re.compile(r"[^A-Z0-9._-]")
"""Characters that are not valid in a SKU."""

MAX_LENGTH = 64
DERIVED = re.compile(r".*--[0-9A-F]{12}")
"""SKUs with a digest of their stock code."""

ODD = "odd"
"""The service of a goods line at a negative price: money only."""

SALE, FREE, FOUND, LOSS, RETURN = "sale", "free", "found", "loss", "return"
CHARGE, ADJUSTMENT, NOTE, NOTHING = "charge", "adjustment", "note", "nothing"


class Kind(NamedTuple):
    """The treatment of a line, and the service of a line without goods."""

    treatment: str
    service: str = ""


def normal_code(code: str) -> str:
    """Convert a stock code to a SKU: upper case, no spaces. `47503j ` and `47503J` are the same product.

    A code with invalid characters, or one that is too long, keeps the valid ones and ends in a digest of the whole
    code, so that `A/1` and `A-1` differ. So does a code that already has this form.
    """
    plain = "".join(map(_upper, "".join(unicodedata.normalize("NFC", code).split())))
    if len(plain) <= MAX_LENGTH and not INVALID.search(plain) and not DERIVED.fullmatch(plain):
        return plain
    digest = hashlib.blake2b(plain.encode(), digest_size=6).hexdigest().upper()
    letters = "".join(char for char in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(char))
    readable = INVALID.sub("-", letters)[: MAX_LENGTH - len(digest) - 2].strip("-.")
    return f"{readable or 'CODE'}--{digest}"


def _upper(char: str) -> str:
    """The upper-case letter, unless the conversion cannot be reversed: `ß` and `ſ` are not changed."""
    upper = char.upper()
    return upper if upper.lower() == char and len(upper) == 1 else char


@functools.cache
def service_of(code: str) -> str | None:
    """The service of a normalised stock code; None for goods."""
    return next((name for name, pattern in SERVICES if pattern.fullmatch(code)), None)


def classify(document: Document) -> list[Kind]:
    """The kind of each line of a document, in order. Depends on the document only."""
    first = document.number[:1].upper()
    if first == "A":
        return [Kind(ADJUSTMENT, "bad_debt") if line.quantity else Kind(NOTHING) for line in document.lines]
    has_recipient = _has_recipient(document)
    kinds = [_line_kind(line, cancels=first == "C", has_recipient=has_recipient) for line in document.lines]
    return _charges_with_goods(document, kinds) if first != "C" else kinds


def _has_recipient(document: Document) -> bool:
    """Whether a document has a customer or a price; the warehouse's own notes have neither."""
    return document.customer is not None or any(line.price for line in document.lines)


def _line_kind(line: Line, *, cancels: bool, has_recipient: bool) -> Kind:
    if not line.quantity:
        return Kind(NOTHING)
    service = service_of(line.code)
    if service:
        return Kind(ADJUSTMENT if line.price else NOTE, service)
    if line.price < 0:
        return Kind(ADJUSTMENT, ODD)
    if line.quantity > 0:
        return Kind(SALE if line.price else FREE if has_recipient else FOUND)
    return Kind(RETURN if line.price or cancels else LOSS)


def _charges_with_goods(document: Document, kinds: list[Kind]) -> list[Kind]:
    """Turn services of an order with goods into charges, unless they would make its total negative."""
    if not any(kind.treatment in (SALE, FREE) for kind in kinds):
        return kinds
    pairs = list(zip(document.lines, kinds, strict=True))
    total = sum(line_pence(line, kind) for line, kind in pairs if kind.treatment == SALE or _is_charge(kind))
    return [
        Kind(CHARGE, kind.service) if _is_charge(kind) and (total >= 0 or line.quantity * line.price > 0) else kind
        for line, kind in pairs
    ]


def _is_charge(kind: Kind) -> bool:
    return kind.treatment == ADJUSTMENT and kind.service != ODD


def line_pence(line: Line, kind: Kind) -> int:
    """The amount of a line in the shop: for goods the price is rounded to the penny, otherwise the amount."""
    if kind.treatment in (SALE, FREE, RETURN):
        return line.quantity * pence(line.price)
    return pence(line.quantity * line.price)


def pence(micros: int) -> int:
    """Convert millionths of a pound to whole pennies; halves are rounded away from zero."""
    whole = (abs(micros) + 5_000) // 10_000
    return whole if micros >= 0 else -whole


MOVES_GOODS = (SALE, FREE, FOUND, LOSS, RETURN)
"""The treatments that move goods."""


def leaves(line: Line, kind: Kind) -> int:
    """The units that a goods line takes from stock; negative if it adds them."""
    if kind.treatment in (FOUND, LOSS):
        return -line.quantity
    return line.quantity
