"""The rules of tracked events: kinds, texts and clocks, for any input."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from apps.analytics.domain import batches, kinds, texts
from apps.analytics.domain.refusals import Invalid, Reason
from idl import analytics
from thriftshop.rpc import validation

SESSION = "session-0000000001"
EXAMPLES: dict[str, dict] = {
    "page_viewed": {"path": "/mugs?token=1#top", "referrer": "WWW.Example.com"},
    "product_viewed": {"sku": "mug-1"},
    "search_performed": {"query": "  Red   MUG ", "results": 3, "refinedFrom": "mug"},
    "recommendations_displayed": {"placement": "cart", "skus": ["a", "B"]},
    "recommendation_clicked": {"placement": "cart", "sku": "B"},
    "cart_used": {"cart_id": "guest-1"},
    "checkout_step_reached": {"step": "PAYMENT"},
}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=8,
)


def test_every_kind_that_clients_send_has_an_example():
    assert set(EXAMPLES) == set(kinds.KINDS)


def test_every_kind_has_the_session():
    assert all(struct.thrift_spec[1][1] == kinds.SESSION for struct in kinds.KINDS.values())


@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_valid_event_becomes_the_struct_of_its_kind(kind):
    event = kinds.to_event(kind, SESSION, json.dumps(EXAMPLES[kind]))
    validation.check(event)
    assert type(event) is kinds.KINDS[kind]
    assert event.session == SESSION


def test_names_may_be_spelt_as_in_graphql():
    event = kinds.to_event("searchPerformed", SESSION, json.dumps(EXAMPLES["search_performed"]))
    assert (event.query, event.results, event.refined_from) == ("red mug", 3, "mug")


def test_paths_lose_queries_and_hosts_and_skus_are_spelt_alike():
    page = kinds.to_event("page_viewed", SESSION, json.dumps(EXAMPLES["page_viewed"]))
    assert (page.path, page.referrer) == ("/mugs", "www.example.com")
    assert kinds.to_event("product_viewed", SESSION, '{"sku": "mug-1"}').sku == "MUG-1"


@pytest.mark.parametrize(
    ("kind", "properties", "reason"),
    [
        ("page_left", '{"path": "/"}', Reason.UNKNOWN_KIND),
        ("page_viewed", "{", Reason.MALFORMED),
        ("page_viewed", "[" * 4_000, Reason.MALFORMED),
        ("page_viewed", "[]", Reason.MALFORMED),
        ("page_viewed", '{"path": "/", "title": "Home"}', Reason.UNKNOWN_PROPERTY),
        ("page_viewed", '{"path": "/", "session": "of another"}', Reason.UNKNOWN_PROPERTY),
        ("page_viewed", '{"path": "mugs"}', Reason.INVALID),
        ("page_viewed", '{"path": "/", "referrer": "not a host"}', Reason.INVALID),
        ("product_viewed", '{"sku": "a mug"}', Reason.INVALID),
        ("checkout_step_reached", '{"step": "DANCE"}', Reason.INVALID),
        ("checkout_step_reached", '{"step": 1}', Reason.INVALID),
        ("search_performed", '{"query": "mug", "results": -1}', Reason.INVALID),
        ("page_viewed", json.dumps({"path": "/" + "a" * 500}), Reason.TOO_LONG),
        ("page_viewed", json.dumps({"path": "/" + "a" * 10_000}), Reason.TOO_LONG),
        ("recommendations_displayed", json.dumps({"placement": "cart", "skus": ["A"] * 51}), Reason.TOO_LONG),
    ],
)
def test_invalid_events_are_refused_with_a_reason(kind, properties, reason):
    with pytest.raises(Invalid) as refusal:
        kinds.to_event(kind, SESSION, properties)
    assert refusal.value.reason == reason
    assert len(refusal.value.problem) < 300


@given(
    st.sampled_from(sorted(EXAMPLES)),
    st.dictionaries(
        st.sampled_from([name for example in EXAMPLES.values() for name in example]), json_values, max_size=4
    ),
)
def test_any_properties_become_a_struct_or_are_refused(kind, properties):
    try:
        event = kinds.to_event(kind, SESSION, json.dumps(properties))
    except Invalid:
        return
    assert type(event) is kinds.KINDS[kind]


@pytest.mark.parametrize(
    ("typed", "recorded"),
    [
        ("ann@example.com", "[removed]"),
        ("mug for ann@example.com please", "mug for [removed] please"),
        ("+44 1904 123456", "[removed]"),
        ("4111-1111-1111-1111", "[removed]"),
        ("set of 12 mugs", "set of 12 mugs"),
        ("85123A", "85123A"),
    ],
)
def test_texts_lose_addresses_and_long_numbers(typed, recorded):
    assert texts.free_text(typed, "query") == recorded


@given(st.text(max_size=100))
def test_no_address_remains_in_a_search(text):
    assert "@" not in texts.free_text(f"{text}x@y{text}", "query").replace(" @", "").replace("@ ", "").strip("@")


@given(st.integers(0, 2**53), st.integers(0, batches.MAX_AGE_MS), st.integers(-(10**12), 10**12))
@example(1_780_000_000_000, 0, -10 * 365 * batches.DAY_MS)
def test_a_clients_wrong_clock_changes_nothing(received_at, age, skew):
    sent_at = received_at + skew
    assert batches.happened_at(sent_at - age, sent_at, received_at) == received_at - age


@pytest.mark.parametrize("age", [-batches.MAX_AHEAD_MS - 1, batches.MAX_AGE_MS + 1, 10 * 365 * batches.DAY_MS])
def test_an_event_long_before_or_after_its_sending_is_refused(age):
    with pytest.raises(Invalid) as refusal:
        batches.happened_at(-age, 0, 0)
    assert refusal.value.reason == Reason.CLOCK


def test_an_event_just_after_its_sending_happened_when_it_was_received():
    assert batches.happened_at(1_000, 0, 5_000) == 5_000


@pytest.mark.parametrize("name", ["", "short", "a" * 65, "with blanks in it !", "ünïcödé-0000000000"])
def test_other_texts_are_no_pseudonyms(name):
    with pytest.raises(Invalid):
        batches.check_pseudonyms(name, SESSION)


def test_events_need_consent():
    consents = analytics.Consent
    assert [batches.may_record(value) for value in (consents.NONE, consents.ANALYTICS, consents.ACCOUNT)] == [
        False,
        True,
        True,
    ]
    assert [batches.may_link(value) for value in (consents.NONE, consents.ANALYTICS, consents.ACCOUNT)] == [
        False,
        False,
        True,
    ]
