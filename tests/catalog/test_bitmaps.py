"""Sets of products as numbers, held against Python's own sets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.catalog.domain import bitmaps
from apps.catalog.models import members

few = st.sets(st.integers(0, 300), max_size=200) | st.sets(st.integers(0, 200_000), max_size=50)
many = st.builds(lambda start, count, step: set(range(start, start + count * step, step)), *[st.integers(1, 1500)] * 3)
sets = few | many
numbered = st.dictionaries(st.integers(0, 500), st.integers(0, 2000), max_size=80)


def sliced(numbers):
    return [bitmaps.of([place for place, number in numbers.items() if number >> digit & 1]) for digit in range(11)]


@given(sets)
def test_a_set_keeps_its_members(members):
    bits = bitmaps.of(members)
    assert bitmaps.places(bits) == sorted(members)
    assert bitmaps.places(bits, 3) == sorted(members)[:3]
    assert bits.bit_count() == len(members)


@given(sets, st.integers(0, 200_000))
def test_membership_is_told_from_the_bytes(members, place):
    assert bitmaps.has(bitmaps.as_bytes(bitmaps.of(members)), place) == (place in members)


@given(sets)
def test_blocks_as_they_are_stored_give_the_set_again(members):
    stored = [(number, bitmaps.packed(bits)) for number, bits in bitmaps.blocks(bitmaps.of(members))]
    assert bitmaps.joined((number, bitmaps.unpacked(block)) for number, block in stored) == bitmaps.of(members)


@given(st.lists(sets, max_size=6), sets)
def test_stored_blocks_are_counted_within_another_set_as_sets_are(several, among):
    others = dict(bitmaps.blocks(bitmaps.of(among)))
    for number in range(4):
        parts = [dict(bitmaps.blocks(bitmaps.of(one))).get(number, 0) for one in several]
        counted = members.sizes_within([bitmaps.packed(part) for part in parts], others.get(number, 0))
        assert counted == [sum(place >> 16 == number for place in one & among) for one in several]


@given(numbered, st.integers(-5, 2100))
def test_below_is_what_comparing_gives_first(numbers, with_):
    among = bitmaps.of(numbers)
    assert bitmaps.below(sliced(numbers), among, with_) == bitmaps.compared(sliced(numbers), among, with_)[0]


@given(numbered, st.integers(-5, 2100))
def test_comparing_sliced_numbers_is_comparing_them_one_by_one(numbers, with_):
    below, equal, above = bitmaps.compared(sliced(numbers), bitmaps.of(numbers), with_)
    assert set(bitmaps.places(below)) == {place for place, number in numbers.items() if number < with_}
    assert set(bitmaps.places(equal)) == {place for place, number in numbers.items() if number == with_}
    assert set(bitmaps.places(above)) == {place for place, number in numbers.items() if number > with_}


@given(numbered, st.none() | st.integers(0, 2100), st.none() | st.integers(0, 2100))
def test_a_range_has_both_its_ends(numbers, lowest, highest):
    found = bitmaps.between(sliced(numbers), bitmaps.of(numbers), lowest, highest)
    assert set(bitmaps.places(found)) == {
        place
        for place, number in numbers.items()
        if (lowest is None or number >= lowest) and (highest is None or number <= highest)
    }


@pytest.mark.parametrize("highest", [False, True])
@pytest.mark.parametrize("last", [False, True])
@given(numbered, st.integers(1, 90))
def test_extremes_are_the_first_of_a_sorted_list(highest, last, numbers, wanted):
    found = bitmaps.extremes(sliced(numbers), bitmaps.of(numbers), wanted, highest=highest, last=last)
    sign, tie = -1 if highest else 1, -1 if last else 1
    ordered = sorted(numbers, key=lambda place: (sign * numbers[place], tie * place))
    assert set(found) == set(ordered[:wanted])


@given(sets, st.integers(-5, 200_005))
def test_above_and_under_a_place_leave_it_out(members_, place):
    bits = bitmaps.of(members_)
    assert set(bitmaps.places(bitmaps.above(bits, place))) == {one for one in members_ if one > place}
    assert set(bitmaps.places(bitmaps.under(bits, place))) == {one for one in members_ if one < place}
