"""Bitmaps of products, compared with Python's own sets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.catalog.domain import bitmaps
from apps.catalog.models import members

sparse = st.sets(st.integers(0, 300), max_size=200) | st.sets(st.integers(0, 200_000), max_size=50)
dense = st.builds(lambda start, count, step: set(range(start, start + count * step, step)), *[st.integers(1, 1500)] * 3)
sets = sparse | dense
numbers_by_id = st.dictionaries(st.integers(0, 500), st.integers(0, 2000), max_size=80)


def slices_of(numbers):
    return [bitmaps.of([id_ for id_, number in numbers.items() if number >> digit & 1]) for digit in range(11)]


@given(sets)
def test_a_bitmap_has_the_members_of_its_set(ids):
    bits = bitmaps.of(ids)
    assert bitmaps.members(bits) == sorted(ids)
    assert bitmaps.members(bits, 3) == sorted(ids)[:3]
    assert bits.bit_count() == len(ids)


@given(sets, st.integers(0, 200_000))
def test_contains_tests_membership(ids, id_):
    assert bitmaps.contains(bitmaps.as_bytes(bitmaps.of(ids)), id_) == (id_ in ids)


@given(sets)
def test_stored_blocks_are_decoded_to_the_same_set(ids):
    stored = [(number, bitmaps.encode_block(bits)) for number, bits in bitmaps.split(bitmaps.of(ids))]
    assert bitmaps.join((number, bitmaps.decode_block(block)) for number, block in stored) == bitmaps.of(ids)


@given(st.lists(sets, max_size=6), sets)
def test_intersection_sizes_of_stored_blocks_are_those_of_the_sets(several, candidates):
    candidate_blocks = dict(bitmaps.split(bitmaps.of(candidates)))
    for number in range(4):
        blocks = [dict(bitmaps.split(bitmaps.of(ids))).get(number, 0) for ids in several]
        stored = [bitmaps.encode_block(block) for block in blocks]
        sizes = members.intersection_sizes(stored, candidate_blocks.get(number, 0))
        assert sizes == [sum(id_ >> 16 == number for id_ in ids & candidates) for ids in several]


@given(numbers_by_id, st.integers(-5, 2100))
def test_less_than_is_the_first_result_of_compare(numbers, limit):
    candidates = bitmaps.of(numbers)
    slices = slices_of(numbers)
    assert bitmaps.less_than(slices, candidates, limit) == bitmaps.compare(slices, candidates, limit)[0]


@given(numbers_by_id, st.integers(-5, 2100))
def test_compare_divides_candidates_by_their_numbers(numbers, limit):
    less, equal, greater = bitmaps.compare(slices_of(numbers), bitmaps.of(numbers), limit)
    assert set(bitmaps.members(less)) == {id_ for id_, number in numbers.items() if number < limit}
    assert set(bitmaps.members(equal)) == {id_ for id_, number in numbers.items() if number == limit}
    assert set(bitmaps.members(greater)) == {id_ for id_, number in numbers.items() if number > limit}


@given(numbers_by_id, st.none() | st.integers(0, 2100), st.none() | st.integers(0, 2100))
def test_a_range_includes_both_ends(numbers, lowest, highest):
    bits = bitmaps.in_range(slices_of(numbers), bitmaps.of(numbers), lowest, highest)
    assert set(bitmaps.members(bits)) == {
        id_
        for id_, number in numbers.items()
        if (lowest is None or number >= lowest) and (highest is None or number <= highest)
    }


@pytest.mark.parametrize("highest", [False, True])
@pytest.mark.parametrize("last", [False, True])
@given(numbers_by_id, st.integers(1, 90))
def test_extremes_are_the_first_of_the_candidates_sorted_by_number(highest, last, numbers, limit):
    extremes = bitmaps.extremes(slices_of(numbers), bitmaps.of(numbers), limit, highest=highest, last=last)
    number_sign, id_sign = -1 if highest else 1, -1 if last else 1
    ordered = sorted(numbers, key=lambda id_: (number_sign * numbers[id_], id_sign * id_))
    assert set(extremes) == set(ordered[:limit])


@given(sets, st.integers(-5, 200_005))
def test_members_after_and_before_a_number_do_not_include_it(ids, number):
    bits = bitmaps.of(ids)
    assert set(bitmaps.members(bitmaps.after(bits, number))) == {id_ for id_ in ids if id_ > number}
    assert set(bitmaps.members(bitmaps.before(bits, number))) == {id_ for id_ in ids if id_ < number}
