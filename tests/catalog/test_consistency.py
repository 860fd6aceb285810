"""Derived data (sets, search index, price intervals) is consistent with the products after any writes."""

from collections import defaultdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.catalog.domain import bitmaps, prices, words
from apps.catalog.models import Members, Price, PriceEntry, Product, members
from idl import catalog
from tests import acting
from tests.catalog import factories
from thriftshop import clock
from thriftshop.events import schedule

pytestmark = pytest.mark.django_db
SKUS = ["A", "B", "C", "D"]
latest = [0]
steps = st.one_of(
    st.tuples(
        st.just("put"),
        st.sampled_from(SKUS),
        st.sampled_from(["Oak chest", "Brass lamp"]),
        st.none()
        | st.lists(st.tuples(st.sampled_from(["colour", "size"]), st.sampled_from(["Red", "Blue"])), max_size=3),
        st.none() | st.integers(1, 300),
    ),
    st.tuples(st.sampled_from(["publish", "archive", "categorise", "apply"]), st.sampled_from(SKUS)),
    st.tuples(st.just("price"), st.sampled_from(SKUS), st.integers(1, 300), st.integers(0, 50), st.integers(0, 50)),
    st.tuples(st.just("wait"), st.integers(1, 60)),
)


def apply_step(step, now, category_id):
    """Apply one step. Refused changes are tested elsewhere."""
    kind, *rest = step
    service = factories.service()
    if kind == "put":
        sku, name, traits, pence = rest
        attributes = None if traits is None else [factories.attribute(*trait) for trait in traits]
        factories.put(
            factories.product_input(
                sku, name, price=None if pence is None else pence / 100, attributes=attributes, status=None
            )
        )
    elif kind == "wait":
        now[0] += rest[0]
    elif kind == "apply":
        schedule.run()
    elif Product.objects.filter(sku=rest[0]).exists():
        if kind == "price":
            sku, pence, starts_in, duration = rest
            starts_at = now[0] + starts_in
            price = catalog.PriceInput(sku=sku, money=factories.money(pence / 100), valid_from=starts_at)
            if duration and Price.objects.in_force(starts_at).filter(product__sku=sku).exists():
                price.valid_until = starts_at + duration
            service.set_prices([price])
        elif kind == "categorise":
            factories.put(catalog.ProductInput(sku=rest[0], name="Thing", category_id=category_id))
        elif kind == "archive" or Price.objects.in_force(now[0]).filter(product__sku=rest[0]).exists():
            getattr(service, f"{kind}_products")([rest[0]])


def expected_sets(now):
    """The sets as computed from the rows."""
    sets = defaultdict(set)
    for product in Product.objects.all():
        current = Price.objects.in_force(now).filter(product=product)
        for key in members.keys_of(product.details, dict(current.values_list("currency", "amount"))):
            sets[key].add(product.id)
    return dict(sets)


def stored_intervals(product_id, currency):
    rows = Price.objects.filter(product_id=product_id, currency=currency).order_by("valid_from")
    return [prices.Interval(entry_of(row), row.valid_from, row.valid_until, row.regular, row.ends_at) for row in rows]


def entry_of(row):
    """The entry of a row."""
    timeline = PriceEntry.objects.timelines([row.product_id])[row.product_id, row.currency]
    entry = prices.in_force(timeline, row.valid_from)
    assert (entry.amount, entry.reason, entry.actor) == (row.amount, row.reason, row.actor)
    return entry


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(steps, max_size=14))
def test_sets_search_and_intervals_match_the_rows_after_any_writes(monkeypatch, writes):
    # The examples share one database, so time must not run backwards between them.
    now = [max(clock.now(), latest[-1])]
    monkeypatch.setattr(clock, "now", lambda: now[0])
    category_id = factories.category("Lamps")
    with acting.as_staff("catalog"):
        for step in writes:
            apply_step(step, now, category_id)
        schedule.run()
    monkeypatch.undo()
    latest.append(now[0])
    sets = {
        key: set(bitmaps.members(bits))
        for key, bits in members.joined(Members.objects.values_list(*members.COLUMNS)).items()
    }
    assert {key: ids for key, ids in sets.items() if ids} == expected_sets(now[0])
    for row in Members.objects.all():
        assert row.size == bitmaps.decode_block(bytes(row.bits)).bit_count()
    for product in Product.objects.all():
        assert product in Product.objects.search(words.all_words(product.name)[0])
    for timeline in PriceEntry.objects.timelines(Product.objects.values_list("id", flat=True)).items():
        assert stored_intervals(*timeline[0]) == prices.intervals(timeline[1])
    assert not Price.objects.filter(awaited=True, valid_from__lte=now[0]).exists()


def test_a_price_that_a_fast_clock_applied_too_early_is_scheduled_again(monkeypatch):
    hour, now = 3_600_000, clock.now()
    sku = factories.product(prices=[factories.money(10)])
    scheduled = catalog.PriceInput(sku=sku, money=factories.money(6), valid_from=now + hour // 2)
    with acting.as_staff("catalog"):
        factories.service().set_prices([scheduled])
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: now + hour)
        schedule.run()
    cheap = {"price_max": factories.money(7)}
    assert factories.find(**cheap) == [sku]  # because of the fast clock
    schedule.run()
    assert factories.find(**cheap) == []
    monkeypatch.setattr(clock, "now", lambda: now + hour)
    assert factories.find(**cheap) == [sku]
