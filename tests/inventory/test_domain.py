"""The rules of stock: events and refusals of its commands."""

import hypothesis
import pytest
from hypothesis import strategies as st

from apps.inventory import domain
from apps.inventory.domain import validation
from idl import common, inventory
from thriftshop.rpc import codec

NOW = 1_000_000


LATER = NOW + 900_000


RECEIVED = inventory.StockReceived(quantity=10)


RESERVED = inventory.StockReserved(reservation_id="order", quantity=4, expires_at=LATER)


FIRM = inventory.StockAllocated(reservation_id="order")


def given(*events):
    state = domain.EMPTY
    for event in events:
        state = domain.evolve(state, event)
    return state


def quantities(state):
    return state.on_hand, state.reserved, state.available


def test_stock_is_empty_without_events():
    assert quantities(given()) == (0, 0, 0)


def test_receiving_increases_the_quantity_on_hand():
    (event,) = domain.receive(10, "DN-1", "new season")
    assert event == inventory.StockReceived(quantity=10, reference="DN-1", reason="new season")
    assert quantities(given(event)) == (10, 0, 10)


def test_returns_increase_the_quantity_on_hand():
    (event,) = domain.return_to_stock(2, "order", "too small")
    assert event == inventory.StockTakenBack(quantity=2, reference="order", reason="too small")
    assert quantities(given(RECEIVED, event)) == (12, 0, 12)


def test_reserving_reduces_the_available_quantity_but_not_the_quantity_on_hand():
    events = domain.reserve(given(RECEIVED), "A", "order", 4, LATER, NOW)
    assert events == [RESERVED]
    assert quantities(given(RECEIVED, *events)) == (10, 4, 6)


def test_at_most_the_available_quantity_can_be_reserved():
    assert domain.reserve(given(RECEIVED), "A", "order", 10, LATER, NOW)
    with pytest.raises(inventory.OutOfStock) as refusal:
        domain.reserve(given(RECEIVED, RESERVED), "A", "other", 7, LATER, NOW)
    assert refusal.value.shortages == [inventory.Shortage(sku="A", requested=7, available=6)]


def test_a_repeated_reservation_changes_nothing_even_out_of_stock():
    everything = inventory.StockReserved(reservation_id="order", quantity=10, expires_at=LATER)
    assert domain.reserve(given(RECEIVED, everything), "A", "order", 10, LATER, NOW) == []


def test_an_expired_reservation_is_released_before_the_next_decision():
    events = domain.reserve(given(RECEIVED, RESERVED), "A", "other", 10, LATER + 1, LATER)
    assert events == [
        inventory.StockReleased(reservation_id="order", quantity=4, reason="expired"),
        inventory.StockReserved(reservation_id="other", quantity=10, expires_at=LATER + 1),
    ]


def test_a_reservation_lasts_until_its_last_millisecond():
    state = given(RECEIVED, RESERVED)
    assert domain.expire(state, LATER - 1) == []
    assert domain.expire(state, LATER) == [
        inventory.StockReleased(reservation_id="order", quantity=4, reason="expired")
    ]


def test_a_firm_reservation_never_expires():
    assert domain.expire(given(RECEIVED, RESERVED, FIRM), LATER * 1000) == []


def test_a_reservation_can_be_firm_from_the_start():
    (event,) = domain.reserve(given(RECEIVED), "A", "order", 4, LATER, NOW, firm=True)
    assert event == inventory.StockReserved(reservation_id="order", quantity=4, expires_at=LATER, firm=True)
    assert quantities(given(RECEIVED, event)) == (10, 4, 6)
    assert domain.expire(given(RECEIVED, event), LATER * 1000) == []
    part = inventory.StockShipped(reservation_id="order", quantity=1)
    assert domain.expire(given(RECEIVED, event, part), LATER * 1000) == []


def test_reservations_of_older_events_without_firm_expire():
    recorded = bytes.fromhex("0b0001000000056f726465720a000200000000000000040a00030000000000" + f"{LATER:06x}" + "00")
    event = codec.decode(inventory.StockReserved, recorded)
    assert event == RESERVED
    assert domain.expire(given(RECEIVED, event), LATER) != []


def test_allocating_a_reservation_twice_records_one_event():
    assert domain.allocate(given(RECEIVED, RESERVED), "A", "order", NOW) == [FIRM]
    assert domain.allocate(given(RECEIVED, RESERVED, FIRM), "A", "order", NOW) == []


@pytest.mark.parametrize(("reservation", "now"), [("order", LATER), ("other", NOW)])
def test_an_unknown_reservation_cannot_be_allocated_shipped_or_partly_released(reservation, now):
    state = given(RECEIVED, RESERVED)
    for verb in (
        lambda: domain.allocate(state, "A", reservation, now),
        lambda: domain.ship(state, "A", reservation, 1, None, now),
        lambda: domain.release_part(state, "A", reservation, 1, "why", now),
    ):
        with pytest.raises(inventory.ReservationNotFound) as refusal:
            verb()
        assert refusal.value.reservation_id == reservation


def test_releasing_releases_the_rest_of_a_reservation():
    left = inventory.StockShipped(reservation_id="order", quantity=1)
    assert domain.release(given(RECEIVED, RESERVED, left), "order", "cancelled") == [
        inventory.StockReleased(reservation_id="order", quantity=3, reason="cancelled")
    ]
    assert domain.release(given(RECEIVED), "order", "cancelled") == []


def test_only_reservations_that_are_not_allocated_are_released_for_another_shortage():
    assert domain.release_short(given(RECEIVED, RESERVED), "order") == [
        inventory.StockReleased(reservation_id="order", quantity=4, reason="out of stock")
    ]
    assert domain.release_short(given(RECEIVED, RESERVED, FIRM), "order") == []
    assert domain.release_short(given(RECEIVED), "order") == []


def test_a_firm_reservation_is_released_for_another_shortage_unless_it_was_allocated():
    reserved = inventory.StockReserved(reservation_id="order", quantity=4, expires_at=LATER, firm=True)
    assert domain.release_short(given(RECEIVED, reserved), "order") != []
    assert domain.allocate(given(RECEIVED, reserved), "A", "order", NOW) == [FIRM]
    assert domain.release_short(given(RECEIVED, reserved, FIRM), "order") == []


def test_at_most_the_rest_of_a_reservation_can_be_released():
    state = given(RECEIVED, RESERVED)
    (event,) = domain.release_part(state, "A", "order", 3, "cancelled", NOW)
    assert quantities(domain.evolve(state, event)) == (10, 1, 9)
    with pytest.raises(common.InvalidInput, match="Only 4 of A"):
        domain.release_part(state, "A", "order", 5, "cancelled", NOW)


def test_shipping_reduces_the_quantity_on_hand_and_the_reservation():
    state = given(RECEIVED, RESERVED, FIRM)
    (event,) = domain.ship(state, "A", "order", 3, "shipment", NOW)
    state = domain.evolve(state, event)
    assert quantities(state) == (7, 1, 6)
    assert state.reservations["order"] == domain.Reservation(1, True, LATER)
    with pytest.raises(common.InvalidInput, match="Only 1 of A"):
        domain.ship(state, "A", "order", 2, "shipment", NOW)


def test_a_reservation_ends_when_it_is_shipped_completely():
    shipped = inventory.StockShipped(reservation_id="order", quantity=4)
    assert given(RECEIVED, RESERVED, FIRM, shipped).reservations == {}


def test_at_most_the_available_quantity_can_be_written_off():
    state = given(RECEIVED, RESERVED)
    (event,) = domain.write_off(state, "A", 6, "moths", "WO-1", NOW)
    assert event == inventory.StockWrittenOff(quantity=6, reason="moths", reference="WO-1")
    with pytest.raises(inventory.OutOfStock):
        domain.write_off(state, "A", 7, "moths", None, NOW)
    assert len(domain.write_off(state, "A", 7, "moths", None, LATER)) == 2


def test_a_count_sets_the_quantity_on_hand_and_records_the_difference():
    (event,) = domain.count(given(RECEIVED, RESERVED), "A", 4, "stock-taking", NOW)
    assert event == inventory.StockCounted(counted=4, difference=-6, reason="stock-taking")
    (event,) = domain.count(given(RECEIVED), "A", 10, "stock-taking", NOW)
    assert event.difference == 0


def test_a_count_is_never_below_the_reserved_quantity():
    state = given(RECEIVED, RESERVED)
    with pytest.raises(common.InvalidInput, match="4 of A are reserved for orders"):
        domain.count(state, "A", 3, "stock-taking", NOW)
    assert quantities(given(RECEIVED, RESERVED, *domain.count(state, "A", 3, "stock-taking", LATER))) == (3, 0, 3)


def test_at_most_the_available_quantity_can_be_reduced():
    (event,) = domain.reduce(given(RECEIVED, RESERVED), "A", 6, NOW)
    assert event == inventory.StockReduced(quantity=6)
    with pytest.raises(inventory.OutOfStock):
        domain.reduce(given(RECEIVED, RESERVED), "A", 7, NOW)


def test_an_unknown_event_raises_an_error():
    with pytest.raises(LookupError, match="has no event Money"):
        domain.evolve(domain.EMPTY, common.Money(amount=1, currency="GBP"))


def test_every_event_of_the_contract_is_known():
    members = {spec[2] for spec in inventory.InventoryEvent.thrift_spec.values()}
    assert members == set(domain._EFFECTS)


def test_a_long_list_of_shortages_names_five_and_counts_the_rest():
    shortages = [inventory.Shortage(sku=f"S{n}", requested=2, available=0) for n in range(7)]
    refusal = domain.out_of_stock(shortages)
    assert len(refusal.shortages) == 7
    assert "S4 (2 requested" in refusal.message
    assert refusal.message.endswith("and 2 more.")


@hypothesis.settings(deadline=None)
@hypothesis.given(st.lists(st.sampled_from([RECEIVED, RESERVED, FIRM]), max_size=20), st.data())
def test_evolve_does_not_change_the_previous_state(events, data):
    state = given(*events)
    before = (state.on_hand, state.reserved, dict(state.reservations))
    domain.evolve(state, data.draw(st.sampled_from([RECEIVED, RESERVED, FIRM])))
    assert (state.on_hand, state.reserved, dict(state.reservations)) == before


IDS, MOMENTS = st.sampled_from("abc"), st.integers(0, 5)
CHANGES = st.one_of(
    st.builds(inventory.StockReserved, reservation_id=IDS, quantity=st.integers(1, 3), expires_at=MOMENTS),
    st.builds(inventory.StockReserved, reservation_id=IDS, quantity=st.just(1), expires_at=MOMENTS, firm=st.just(True)),
    st.builds(inventory.StockAllocated, reservation_id=IDS),
    st.builds(inventory.StockReleased, reservation_id=IDS, quantity=st.integers(1, 3), reason=st.just("test")),
    st.builds(inventory.StockShipped, reservation_id=IDS, quantity=st.integers(1, 3)),
)


@hypothesis.settings(max_examples=300)
@hypothesis.given(st.lists(CHANGES, max_size=20))
def test_the_first_expiry_is_that_of_the_temporary_reservations(events):
    state = domain.EMPTY
    for event in events:
        state = domain.evolve(state, event)
        temporary = {
            id_: reservation.expires_at
            for id_, reservation in state.reservations.items()
            if not (reservation.firm or reservation.allocated)
        }
        assert state.expiring == temporary
        assert state.first_expiry == min(temporary.values(), default=None)
        released = {event.reservation_id for event in domain.expire(state, 3)}
        assert released == {id_ for id_, expires_at in temporary.items() if expires_at <= 3}
        assert domain.next_expiry(state, 2) == min((at for at in temporary.values() if at > 2), default=None)


@hypothesis.settings(deadline=None)
@hypothesis.given(st.lists(st.tuples(st.sampled_from(["A", "B", "C"]), st.integers(1, 5)), min_size=1, max_size=20))
def test_lines_are_totalled_by_sku_in_the_order_of_skus(pairs):
    totals = validation.total_by_sku([inventory.StockLine(sku=sku, quantity=quantity) for sku, quantity in pairs])
    assert list(totals) == sorted({sku for sku, _ in pairs})
    assert sum(totals.values()) == sum(quantity for _, quantity in pairs)
