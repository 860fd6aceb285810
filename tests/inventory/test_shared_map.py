"""The mapping that shares its items with the ones made from it."""

from hypothesis import given
from hypothesis import strategies as st

from apps.inventory.domain.shared_map import SharedMap

CHANGES = st.lists(st.tuples(st.integers(0, 60), st.booleans()), max_size=200)


@given(st.dictionaries(st.integers(0, 60), st.integers()), CHANGES)
def test_it_equals_a_dictionary_after_any_changes_and_earlier_ones_stay_as_they_were(items, changes):
    shared, expected = SharedMap(items), dict(items)
    history = []
    for number, (key, is_removed) in enumerate(changes):
        history.append((shared, dict(expected)))
        if not is_removed:
            shared, expected = shared.including(key, number), expected | {key: number}
        elif key in shared:
            shared = shared.without(key)
            del expected[key]
        assert key not in shared if is_removed else shared[key] == number
    assert dict(shared) == expected == shared
    assert len(shared) == len(expected)
    assert all(earlier == copy for earlier, copy in history)
