"""E-mail addresses: which ones are accepted, and the one form of each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idl import common
from thriftshop.contact import emails


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("ann@example.com", "ann@example.com"),
        (" Ann.Miller@Example.COM  ", "ann.miller@example.com"),
        ("ann@example.com\n", "ann@example.com"),
        ("ann+shop@example.co.uk", "ann+shop@example.co.uk"),
        ("ann@Bücher.example", "ann@bücher.example"),
        ("ann@xn--bcher-kva.example", "ann@bücher.example"),
        ("ann@bu\u0308cher.example", "ann@bücher.example"),
    ],
)
def test_an_address_has_one_form_however_it_is_written(written, kept):
    assert emails.checked(written) == kept
    assert emails.checked(kept) == kept


@pytest.mark.parametrize(
    "written",
    [
        "",
        "   ",
        "nobody",
        "ann@",
        "@example.com",
        "a..b@example.com",
        ".ann@example.com",
        "ann@example..com",
        "ann@b",
        "a b@example.com",
        "ann@exam\u200bple.com",
        "ann@example.com\u200b",
        "\ufeffann@example.com",
        "ann\u202e@example.com",
        "\u2066ann@example.com",
        "ann@example.com\nBcc: all@example.com",
        "🦙@example.com",
        "x" * 250 + "@example.com",
    ],
)
def test_what_is_not_an_address_is_refused_without_being_repeated(written):
    with pytest.raises(common.InvalidInput) as refused:
        emails.checked(written)
    assert refused.value.field == "email"
    assert refused.value.message == "This is not an e-mail address; it should look like ann@example.com."


@given(st.text(max_size=60))
def test_anything_has_one_form_to_be_looked_up_by(text):
    assert emails.normal(emails.normal(text)) == emails.normal(f"  {text} ")
