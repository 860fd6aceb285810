"""Sets of products as whole numbers: bit N stands for product N, so that intersecting 100,000 products takes microseconds.

A set is kept in blocks of 65,536 bits; a block with few members as a list of their places, any other as its bits. Numbers
(prices) are kept bit-sliced: one set per binary digit, from which ranges and the lowest or highest are had by set operations.
"""

import array
import re
import sys
from collections.abc import Iterable, Iterator, Sequence

BLOCK = 1 << 16
_BYTES = BLOCK // 8
_SPARSE = 512  # up to so many members, a list of places is smaller and faster to read and count than the bits
AS_LIST, AS_BITS = b"L", b"B"  # how a stored block begins

Bits = int


def of(places: Iterable[int]) -> Bits:
    """The set of these places."""
    listed = places if isinstance(places, Sequence) else list(places)
    if not listed:
        return 0
    highest = max(listed)
    if len(listed) * 32 > highest:  # so many that a digit each is set faster than a bit each
        flags = bytearray(b"0") * (highest + 1)
        for place in listed:
            flags[place] = 49  # "1"
        flags.reverse()
        return int(flags, 2)
    buffer = bytearray((highest >> 3) + 1)
    for place in listed:
        buffer[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(buffer, "little")


def places(bits: Bits, most: int | None = None) -> list[int]:
    """The places in a set, in rising order; the first so many of them."""
    found: list[int] = []
    packed = as_bytes(bits)
    for filled in _FILLED.finditer(packed):  # of most sets, most bytes are empty: those are skipped at once
        index = filled.start()
        found.extend([index << 3 | offset for offset in _OFFSETS[packed[index]]])
        if most is not None and len(found) >= most:
            return found[:most]
    return found


def last_places(bits: Bits, most: int) -> list[int]:
    """The highest places in a set, in falling order."""
    found: list[int] = []
    stored = as_bytes(bits)
    for index in range(len(stored) - 1, -1, -1):
        if stored[index]:
            found.extend(index << 3 | offset for offset in reversed(_OFFSETS[stored[index]]))
            if len(found) >= most:
                break
    return found[:most]


def above(bits: Bits, place: int) -> Bits:
    """The set's members above a place."""
    end = max(0, min(place + 1, bits.bit_length()))
    return bits >> end << end


def under(bits: Bits, place: int) -> Bits:
    """The set's members under a place."""
    return bits & (1 << max(0, min(place, bits.bit_length()))) - 1


_FILLED = re.compile(rb"[^\0]")
_OFFSETS = tuple(tuple(offset for offset in range(8) if byte >> offset & 1) for byte in range(256))


def as_bytes(bits: Bits) -> bytes:
    """The set as bytes, in which place N is bit N & 7 of byte N >> 3: testing one place is then cheap."""
    return bits.to_bytes((bits.bit_length() + 7) // 8, "little")


def has(packed: bytes, place: int) -> bool:
    """Whether a place is in the set that `as_bytes` gave."""
    return place >> 3 < len(packed) and bool(packed[place >> 3] >> (place & 7) & 1)


def blocks(bits: Bits) -> Iterator[tuple[int, Bits]]:
    """The set cut into blocks: their numbers and bits, empty ones left out."""
    packed = as_bytes(bits)
    for number, start in enumerate(range(0, len(packed), _BYTES)):
        part = int.from_bytes(packed[start : start + _BYTES], "little")
        if part:
            yield number, part


def joined(parts: Iterable[tuple[int, Bits]]) -> Bits:
    """The set whose blocks these are."""
    whole = 0
    for number, bits in parts:
        whole |= bits << (number * BLOCK)
    return whole


def below_each(slices: Sequence[Bits], among: Bits, numbers: Sequence[int]) -> list[int]:
    """For each number how many of `among` have a sliced number below it."""
    return [below(slices, among, number).bit_count() for number in numbers]


def packed(bits: Bits) -> bytes:
    """A block as it is stored."""
    if bits.bit_count() > _SPARSE:
        return AS_BITS + as_bytes(bits)
    listed = array.array("H", places(bits))
    if sys.byteorder == "big":
        listed.byteswap()
    return AS_LIST + listed.tobytes()


def unpacked(stored: bytes) -> Bits:
    """A block as it was stored by `packed`."""
    if stored[:1] == AS_BITS:
        return int.from_bytes(stored[1:], "little")
    listed = array.array("H", stored[1:])
    if sys.byteorder == "big":
        listed.byteswap()
    return of(listed)


def digits(number: int) -> list[int]:
    """The binary digits that are set in a number: the slices in which its product stands."""
    return [digit for digit in range(number.bit_length()) if number >> digit & 1]


def compared(slices: Sequence[Bits], among: Bits, number: int) -> tuple[Bits, Bits, Bits]:
    """Of the sliced numbers of `among`: those below, equal to and above a number. `slices[d]` has binary digit d set."""
    if number < 0:
        return 0, 0, among
    below, equal, above = 0, among, 0
    for digit in range(max(len(slices), number.bit_length()) - 1, -1, -1):
        one = slices[digit] if digit < len(slices) else 0
        if number >> digit & 1:
            below |= equal & ~one
            equal &= one
        else:
            above |= equal & one
            equal &= ~one
    return below, equal, above


def below(slices: Sequence[Bits], among: Bits, number: int) -> Bits:
    """Those of `among` whose sliced number is below a number: what `compared` gives first, with less work."""
    found, equal = 0, among if number > 0 else 0
    for digit in range(max(len(slices), number.bit_length()) - 1, -1, -1):
        if not equal:
            break
        one = equal & slices[digit] if digit < len(slices) else 0
        if number >> digit & 1:
            found |= equal ^ one
            equal = one
        else:
            equal ^= one
    return found


def between(slices: Sequence[Bits], among: Bits, lowest: int | None, highest: int | None) -> Bits:
    """Those of `among` whose sliced number is in a range, both ends included; None leaves an end open."""
    found = among
    if lowest is not None:
        found ^= below(slices, found, lowest)
    if highest is not None:
        found = below(slices, found, highest + 1)
    return found


def extremes(
    slices: Sequence[Bits], among: Bits, wanted: int, *, highest: bool = False, last: bool = False
) -> list[int]:
    """So many of `among` with the lowest or the highest sliced numbers, in no order; of equals those with the lowest
    places, or with the highest where `last` is set."""
    chosen, open_ = 0, among
    for digit in range(len(slices) - 1, -1, -1):
        first = open_ & slices[digit] if highest else open_ & ~slices[digit]
        if chosen.bit_count() + first.bit_count() >= wanted:
            open_ = first
        else:
            chosen |= first
            open_ &= ~first
    certain = places(chosen)
    lacking = wanted - len(certain)
    return certain + (last_places(open_, lacking) if last else places(open_, lacking))
