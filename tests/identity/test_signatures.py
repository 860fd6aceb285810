"""Signatures: interchangeable with those of django.core.signing, in both directions."""

import pytest
from django.core import signing
from hypothesis import given
from hypothesis import strategies as st

from thriftshop.identity import signatures

OLD, NEW, SALT = "o" * 40, "n" * 40, "thriftshop.test"
PAYLOADS = st.dictionaries(st.text(), st.none() | st.integers(-(2**53), 2**53) | st.text(), max_size=5)


@given(PAYLOADS)
def test_django_reads_what_is_signed_here(payload):
    token = signatures.dumps(payload, NEW, SALT)
    assert signing.loads(token, key=NEW, salt=SALT, max_age=60) == payload


@given(PAYLOADS)
def test_what_django_signs_is_read_here(payload):
    assert signatures.loads(signing.dumps(payload, key=NEW, salt=SALT), (NEW,), SALT) == payload


def test_a_token_of_an_earlier_key_is_accepted_while_the_key_is_listed():
    token = signatures.dumps({"id": "u1"}, OLD, SALT)
    assert signatures.loads(token, (NEW, OLD), SALT) == {"id": "u1"}
    with pytest.raises(signatures.BadSignature):
        signatures.loads(token, (NEW,), SALT)


def test_a_token_of_another_purpose_is_refused():
    with pytest.raises(signatures.BadSignature):
        signatures.loads(signatures.dumps({}, NEW, "thriftshop.other"), (NEW,), SALT)


@pytest.mark.parametrize("token", ["", ":", "::", "not a token", "é:1:é", "e30:1:"])
def test_what_is_no_token_is_refused(token):
    with pytest.raises(signatures.BadSignature):
        signatures.loads(token, (NEW,), SALT)


@given(st.data())
def test_a_token_with_any_changed_character_is_refused(data):
    token = signatures.dumps({"id": "u1", "role": 1}, NEW, SALT)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters().filter(lambda character: character != token[place]))
    with pytest.raises(signatures.BadSignature):
        signatures.loads(token[:place] + other + token[place + 1 :], (NEW,), SALT)


def test_a_signed_value_that_is_not_json_is_refused():
    token = signing.TimestampSigner(key=NEW, salt=SALT).sign("bm90IGpzb24")
    with pytest.raises(signatures.BadSignature):
        signatures.loads(token, (NEW,), SALT)
