"""Variants in the call context: as text and back, and with calls and events."""

import string

from hypothesis import given
from hypothesis import strategies as st

from thriftshop import call_context
from thriftshop.flags import variants
from thriftshop.rpc import metadata

names = st.text(string.ascii_lowercase + string.digits + "-_", min_size=1, max_size=20)


@given(st.dictionaries(names, names, max_size=5))
def test_variants_are_read_as_they_were_written(chosen):
    assert variants.parse(variants.text(chosen)) == chosen


@given(st.dictionaries(names, names, max_size=40))
def test_the_text_is_never_longer_than_receivers_read(chosen):
    text = variants.text(chosen)
    assert len(text) <= variants.MAX_TEXT == metadata.MAX_TEXT
    assert variants.parse(text).items() <= chosen.items()


@given(st.text())
def test_any_text_is_read_without_an_error(text):
    assert all(flag and variant for flag, variant in variants.parse(text).items())


def test_the_current_variant_of_a_flag_is_that_of_the_call():
    assert variants.current("button") is None
    with call_context.using(variant="button=green,other=a"):
        assert variants.current("button") == "green"
        assert variants.added({"button": "blue"}) == "button=blue,other=a"
