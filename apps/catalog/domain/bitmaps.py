"""Sets of products as integers: bit N stands for product N, so that intersecting 100,000 products takes microseconds.

A set is stored in blocks of 65,536 bits: a block with few members as an array of their offsets, any other as a bitmap.
Numbers (prices) are stored bit-sliced, one set per binary digit, so that ranges and the lowest or highest numbers are
computed by set operations.
"""

import array
import re
import sys
from collections.abc import Iterable, Iterator, Sequence

BLOCK = 1 << 16
_BYTES = BLOCK // 8
_MAX_ARRAY = 512  # up to this number of members, an array is smaller, and faster to read and count, than a bitmap
ARRAY, BITMAP = b"L", b"B"  # the first byte of a stored block

Bits = int


def of(ids: Iterable[int]) -> Bits:
    """The set with these members."""
    sequence = ids if isinstance(ids, Sequence) else list(ids)
    if not sequence:
        return 0
    highest = max(sequence)
    if len(sequence) * 32 > highest:  # in a dense set, writing digits is faster than setting bits
        flags = bytearray(b"0") * (highest + 1)
        for member in sequence:
            flags[member] = 49  # "1"
        flags.reverse()
        return int(flags, 2)
    buffer = bytearray((highest >> 3) + 1)
    for member in sequence:
        buffer[member >> 3] |= 1 << (member & 7)
    return int.from_bytes(buffer, "little")


def members(bits: Bits, limit: int | None = None) -> list[int]:
    """The members of a set in ascending order, up to a limit."""
    members: list[int] = []
    packed = as_bytes(bits)
    for filled in _FILLED.finditer(packed):  # skips empty bytes quickly: in most sets, most bytes are
        index = filled.start()
        members.extend([index << 3 | offset for offset in _OFFSETS[packed[index]]])
        if limit is not None and len(members) >= limit:
            return members[:limit]
    return members


def last_members(bits: Bits, limit: int) -> list[int]:
    """The highest members of a set in descending order, up to a limit."""
    members: list[int] = []
    stored = as_bytes(bits)
    for index in range(len(stored) - 1, -1, -1):
        if stored[index]:
            members.extend(index << 3 | offset for offset in reversed(_OFFSETS[stored[index]]))
            if len(members) >= limit:
                break
    return members[:limit]


def after(bits: Bits, member: int) -> Bits:
    """The members of a set after a number."""
    end = max(0, min(member + 1, bits.bit_length()))
    return bits >> end << end


def before(bits: Bits, member: int) -> Bits:
    """The members of a set before a number."""
    return bits & (1 << max(0, min(member, bits.bit_length()))) - 1


_FILLED = re.compile(rb"[^\0]")
_OFFSETS = tuple(tuple(offset for offset in range(8) if byte >> offset & 1) for byte in range(256))


def as_bytes(bits: Bits) -> bytes:
    """The set as bytes, with member N as bit N & 7 of byte N >> 3, in which `contains` is fast."""
    return bits.to_bytes((bits.bit_length() + 7) // 8, "little")


def contains(buffer: bytes, member: int) -> bool:
    """Whether the set with these bytes has a member."""
    return member >> 3 < len(buffer) and bool(buffer[member >> 3] >> (member & 7) & 1)


def split(bits: Bits) -> Iterator[tuple[int, Bits]]:
    """The numbers and bits of the blocks of a set that are not empty."""
    buffer = as_bytes(bits)
    for number, start in enumerate(range(0, len(buffer), _BYTES)):
        block = int.from_bytes(buffer[start : start + _BYTES], "little")
        if block:
            yield number, block


def join(blocks: Iterable[tuple[int, Bits]]) -> Bits:
    """The set that consists of these blocks."""
    result = 0
    for number, bits in blocks:
        result |= bits << (number * BLOCK)
    return result


def count_less_than(slices: Sequence[Bits], candidates: Bits, numbers: Sequence[int]) -> list[int]:
    """For each number, how many candidates have a sliced number less than it."""
    return [less_than(slices, candidates, number).bit_count() for number in numbers]


def encode_block(bits: Bits) -> bytes:
    """A block in the form in which it is stored."""
    if bits.bit_count() > _MAX_ARRAY:
        return BITMAP + as_bytes(bits)
    offsets = array.array("H", members(bits))
    if sys.byteorder == "big":
        offsets.byteswap()
    return ARRAY + offsets.tobytes()


def decode_block(stored: bytes) -> Bits:
    """A block from the form in which it is stored."""
    if stored[:1] == BITMAP:
        return int.from_bytes(stored[1:], "little")
    offsets = array.array("H", stored[1:])
    if sys.byteorder == "big":
        offsets.byteswap()
    return of(offsets)


def digits(number: int) -> list[int]:
    """The binary digits of a number that are 1: the slices that contain its product."""
    return [digit for digit in range(number.bit_length()) if number >> digit & 1]


def compare(slices: Sequence[Bits], candidates: Bits, number: int) -> tuple[Bits, Bits, Bits]:
    """The candidates whose sliced number is less than, equal to and greater than a number.

    `slices[d]` is the set of the products in whose number binary digit d is 1.
    """
    if number < 0:
        return 0, 0, candidates
    less, equal, greater = 0, candidates, 0
    for digit in range(max(len(slices), number.bit_length()) - 1, -1, -1):
        ones = slices[digit] if digit < len(slices) else 0
        if number >> digit & 1:
            less |= equal & ~ones
            equal &= ones
        else:
            greater |= equal & ones
            equal &= ~ones
    return less, equal, greater


def less_than(slices: Sequence[Bits], candidates: Bits, number: int) -> Bits:
    """The candidates whose sliced number is less than a number; faster than `compare`."""
    less, equal = 0, candidates if number > 0 else 0
    for digit in range(max(len(slices), number.bit_length()) - 1, -1, -1):
        if not equal:
            break
        ones = equal & slices[digit] if digit < len(slices) else 0
        if number >> digit & 1:
            less |= equal ^ ones
            equal = ones
        else:
            equal ^= ones
    return less


def in_range(slices: Sequence[Bits], candidates: Bits, lowest: int | None, highest: int | None) -> Bits:
    """The candidates whose sliced number is in a range that includes both ends; None leaves an end open."""
    result = candidates
    if lowest is not None:
        result ^= less_than(slices, result, lowest)
    if highest is not None:
        result = less_than(slices, result, highest + 1)
    return result


def extremes(
    slices: Sequence[Bits], candidates: Bits, limit: int, *, highest: bool = False, last: bool = False
) -> list[int]:
    """Up to `limit` candidates with the lowest or the highest sliced numbers, in no particular order.

    Of candidates with equal numbers the first are taken, or the last if `last` is set.
    """
    chosen, undecided = 0, candidates
    for digit in range(len(slices) - 1, -1, -1):
        preferred = undecided & slices[digit] if highest else undecided & ~slices[digit]
        if chosen.bit_count() + preferred.bit_count() >= limit:
            undecided = preferred
        else:
            chosen |= preferred
            undecided &= ~preferred
    decided = members(chosen)
    missing = limit - len(decided)
    return decided + (last_members(undecided, missing) if last else members(undecided, missing))
