"""What a line of trade is: every line has one kind, read from its document, code, quantity and price."""

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
"""Codes that are no goods. Whatever matches none of them is a thing that can lie on a shelf."""

STRANGE = re.compile(r"[^A-Z0-9._-]")
"""What cannot stand in the shop's own codes."""

LONGEST = 64
DERIVED = re.compile(r".*--[0-9A-F]{12}")
"""What a SKU looks like that does not hold the whole of its stock code."""

ODD = "odd"
"""The service of a goods line that no sale explains (a price below nothing): money only."""

SALE, FREE, FOUND, LOSS, RETURN = "sale", "free", "found", "loss", "return"
CHARGE, ADJUSTMENT, NOTE, NOTHING = "charge", "adjustment", "note", "nothing"


class Kind(NamedTuple):
    """What is done about a line, and for money without goods the service that it is for."""

    treatment: str
    service: str = ""


def normal_code(code: str) -> str:
    """A stock code as the shop's SKU: capitals, no spaces. `47503j ` and `47503J` are one thing.

    A code that has other signs, or is too long, keeps what it can and ends in a digest of all of it: `A/1` is not
    `A-1`. So does a code that looks like such a SKU itself.
    """
    plain = "".join(map(_capital, "".join(unicodedata.normalize("NFC", code).split())))
    if len(plain) <= LONGEST and not STRANGE.search(plain) and not DERIVED.fullmatch(plain):
        return plain
    digest = hashlib.blake2b(plain.encode(), digest_size=6).hexdigest().upper()
    letters = "".join(sign for sign in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(sign))
    readable = STRANGE.sub("-", letters)[: LONGEST - len(digest) - 2].strip("-.")
    return f"{readable or 'CODE'}--{digest}"


def _capital(sign: str) -> str:
    """The capital of a letter, where that is one letter with the same small one: `ß` and `ſ` stay what they are."""
    capital = sign.upper()
    return capital if capital.lower() == sign and len(capital) == 1 else sign


@functools.cache
def service_of(code: str) -> str | None:
    """The service that a normal stock code stands for, or None for goods."""
    return next((name for name, pattern in SERVICES if pattern.fullmatch(code)), None)


def classify(document: Document) -> list[Kind]:
    """The kind of each line of a document, in order. Depends on nothing outside the document."""
    first = document.number[:1].upper()
    if first == "A":
        return [Kind(ADJUSTMENT, "bad_debt") if line.quantity else Kind(NOTHING) for line in document.lines]
    known = _is_somebodys(document)
    kinds = [_line_kind(line, cancels=first == "C", known=known) for line in document.lines]
    return _charges_with_goods(document, kinds) if first != "C" else kinds


def _is_somebodys(document: Document) -> bool:
    """Is this made out to somebody? Else it is the warehouse's own note (no customer, all at nothing)."""
    return document.customer is not None or any(line.price for line in document.lines)


def _line_kind(line: Line, *, cancels: bool, known: bool) -> Kind:
    if not line.quantity:
        return Kind(NOTHING)
    service = service_of(line.code)
    if service:
        return Kind(ADJUSTMENT if line.price else NOTE, service)
    if line.price < 0:
        return Kind(ADJUSTMENT, ODD)
    if line.quantity > 0:
        return Kind(SALE if line.price else FREE if known else FOUND)
    return Kind(RETURN if line.price or cancels else LOSS)


def _charges_with_goods(document: Document, kinds: list[Kind]) -> list[Kind]:
    """Services beside goods are charges of that order, as long as the order does not end below nothing."""
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
    """What a line comes to in the shop: goods by whole pennies each, money without goods by its amount."""
    if kind.treatment in (SALE, FREE, RETURN):
        return line.quantity * pence(line.price)
    return pence(line.quantity * line.price)


def pence(micros: int) -> int:
    """Millionths of a pound as whole pennies, halves away from nothing."""
    whole = (abs(micros) + 5_000) // 10_000
    return whole if micros >= 0 else -whole


ON_THE_SHELF = (SALE, FREE, FOUND, LOSS, RETURN)
"""The treatments that move goods."""


def leaves(line: Line, kind: Kind) -> int:
    """Units that a goods line takes from the shelf; below nothing, units that it puts there."""
    if kind.treatment in (FOUND, LOSS):
        return -line.quantity
    return line.quantity
