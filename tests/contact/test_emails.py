"""E-mail addresses: which ones are accepted, and the one form of each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idl import common
from thriftshop.contact import emails


@pytest.mark.parametrize(
    ("written", "normalised"),
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
def test_email_addresses_are_normalised(written, normalised):
    assert emails.checked(written) == normalised
    assert emails.checked(normalised) == normalised


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
def test_an_invalid_email_address_is_refused_without_repeating_it(written):
    with pytest.raises(common.InvalidInput) as refused:
        emails.checked(written)
    assert refused.value.field == "email"
    assert refused.value.message == "This is not a valid e-mail address; it should look like ann@example.com."


@given(st.text(max_size=60))
def test_normalising_any_text_is_idempotent(text):
    assert emails.normal(emails.normal(text)) == emails.normal(f"  {text} ")
