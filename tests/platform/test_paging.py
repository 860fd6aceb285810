"""Cursors and slices, compared with Relay's algorithm on plain lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idl import catalog, common
from thriftshop import paging

NUMBERS = paging.cursors("numbers", (int, str))
keys = st.tuples(
    st.integers(-(2**63) + 1, 2**63 - 1), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
)


@given(keys)
def test_a_cursor_holds_its_key(key):
    assert NUMBERS.decode(NUMBERS.encode(key), "after") == key


@given(keys, st.data())
def test_a_changed_cursor_is_refused(key, data):
    cursor = NUMBERS.encode(key)
    place = data.draw(st.integers(0, len(cursor) - 2))  # the last character may hold bits that say nothing
    other = data.draw(st.sampled_from("ABCabc012-_").filter(lambda one: one != cursor[place]))
    with pytest.raises(common.InvalidInput) as refusal:
        NUMBERS.decode(cursor[:place] + other + cursor[place + 1 :], "page.after")
    assert refusal.value.field == "page.after"
    assert refusal.value.message.startswith("Invalid cursor ")


@given(st.text())
def test_any_other_text_is_an_invalid_cursor(text):
    with pytest.raises(common.InvalidInput):
        NUMBERS.decode(text, "page.after")


@pytest.mark.parametrize(
    "key",
    [(), (1,), ("1", "a"), (1, "a", 2), (True, "a"), (1.5, "a"), (2**63, "a"), (1, "\0"), (None, "a"), ([1], "a")],
)
def test_values_of_other_types_are_refused(key):
    with pytest.raises(common.InvalidInput):
        NUMBERS.decode(NUMBERS.encode(key), "page.after")


def test_equivalent_filters_have_the_same_cursors():
    def cursors(**conditions):
        return paging.cursors("products", (int,), 1, catalog.ProductFilter(**conditions))

    same = [
        {"category_ids": ["a", "b"], "attributes": {"colour": ["red", "blue"], "size": ["S"]}},
        {"category_ids": ["b", "a"], "attributes": {"size": ["S"], "colour": ["blue", "red"]}, "statuses": []},
    ]
    assert len({cursors(**one).binding for one in same}) == 1
    different = [{}, {"category_ids": ["a"]}, {"query": "a"}, {"price_min": common.Money(amount=1, currency="GBP")}]
    assert len({cursors(**one).binding for one in [*different, same[0]]}) == 5
    assert paging.cursors("orders", (int,), 1).binding != paging.cursors("products", (int,), 1).binding


lists = st.lists(st.integers(0, 60), unique=True, max_size=30).map(sorted)


@given(lists, st.none() | st.integers(0, 60), st.none() | st.integers(0, 60), st.integers(1, 20), st.booleans())
def test_a_slice_follows_relays_algorithm(numbers, after, before, size, backward):
    """As https://relay.dev/graphql/connections.htm#sec-Pagination-algorithm has it, on a list without what stood there."""
    slice_ = paging.Slice(size, backward, None if after is None else (after,), None if before is None else (before,))
    found, more = slice_.cut(paging.within([(number,) for number in numbers], slice_))
    left = [number for number in numbers if (after is None or number > after) and (before is None or number < before)]
    assert [numbers[place] for place in found] == (left[-size:] if backward else left[:size])
    info = slice_.info([str(place) for place in found], more)
    assert info.has_next_page == ((before is not None) if backward else len(left) > size)
    assert info.has_previous_page == (len(left) > size if backward else (after is not None))
    assert info.end_cursor == (info.cursors[-1] if found else None)
