"""The streams of orders and bookings, and orders as structs for answers."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from apps.orders.domain import booking, order, presentation
from apps.orders.domain.order import State
from apps.orders.models import listing, personal
from idl import common, orders
from thriftshop import clock, events, identity

# The lines that an answer has, for each order and altogether: messages have a maximum size.
MAX_LINES = 1_000
MAX_LINES_PER_ANSWER = 20_000
# An order has up to ten thousand lines: fewer states are cached than by default.
ORDERS = events.Decider("orders", order.INITIAL, order.evolve, cache_size=500)
BOOKINGS = events.Decider("orders", booking.NOTHING, booking.evolve, cache_size=100)


def not_found(order_id: str) -> common.NotFound:
    """The refusal of an order that does not exist or that the viewer may not see."""
    return common.NotFound(message="There is no such order.", kind="order", id=order_id[:40])


def load_visible(order_id: str, is_allowed: Callable[[str, State], bool] | None = None) -> State:
    """The order of this id. Raises NotFound if it does not exist or the viewer may not see it.

    `is_allowed(order_id, state)` may allow other viewers.
    """
    state, _ = ORDERS.load(order_id[:128])
    if not state.exists or not (identity.may_see(state.customer_id) or (is_allowed and is_allowed(order_id, state))):
        raise not_found(order_id)
    return state


def answer(order_id: str, decided: events.Decided[State], known: orders.Personal | None = None) -> orders.Order:
    """The order after a decision; `known` is its personal data, if already decrypted."""
    updated_at = decided.recorded[-1].occurred_at if decided.recorded and not decided.repeated else None
    times = {order_id: updated_at} if updated_at is not None else None
    people = {order_id: known} if known else None
    return answers({order_id: (decided.state, decided.version)}, times, people)[0]


def answers(
    states: Mapping[str, tuple[State, int]],
    updated_at: Mapping[str, int] | None = None,
    people: Mapping[str, orders.Personal] | None = None,
) -> list[orders.Order]:
    """Orders as structs with their personal data, in the order of `states`."""
    people = _people(states) if people is None else people
    times = _updated_at(states) if updated_at is None else updated_at
    now = clock.now()
    structs, remaining = [], MAX_LINES_PER_ANSWER
    for id_, (state, version) in states.items():
        struct = presentation.to_struct(id_, state, version, times[id_], people[id_], now, min(remaining, MAX_LINES))
        remaining -= len(struct.lines)
        structs.append(struct)
    return structs


def _people(states: Mapping[str, tuple[State, int]]) -> dict[str, orders.Personal]:
    return personal.unseal(
        {id_: (personal.owner_of(state.customer_id, id_), state.sealed) for id_, (state, _) in states.items()}
    )


def _updated_at(states: Mapping[str, tuple[State, int]]) -> dict[str, int]:
    """When orders last changed: from their rows, or from their streams if the rows are behind."""
    return times_of(states, {(id_, version): time for id_, version, time in listing.versions(order_ids=list(states))})


def times_of(states: Mapping[str, tuple[State, int]], times: Mapping[tuple[str, int], int]) -> dict[str, int]:
    """When orders last changed: from these times by id and version, or from their streams."""
    return {
        id_: times[id_, version] if (id_, version) in times else ORDERS.history(id_)[version - 1].occurred_at
        for id_, (_, version) in states.items()
    }


def load_existing(order_ids: Iterable[str]) -> dict[str, tuple[State, int]]:
    """The existing orders of these ids, in that order, each once."""
    states = ORDERS.load_many(dict.fromkeys(id_[:128] for id_ in order_ids))
    return {id_: (state, version) for id_, (state, version) in states.items() if state.exists}


def load_answers(order_ids: Sequence[str]) -> list[orders.Order]:
    """The orders of these ids, in that order."""
    return answers(load_existing(order_ids))
