"""The orders' streams, and how an order is answered with."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from apps.orders.domain import booking, order, showing
from apps.orders.domain.order import State
from apps.orders.models import Order, personal
from idl import common, orders
from thriftshop import clock, events, identity

# A message has its limits: so many lines of one order are shown with it, and so many in one answer.
MOST_LINES = 1_000
MOST_LINES_IN_ALL = 20_000
# An order has up to ten thousand lines: remember fewer of them than of smaller things.
ORDERS = events.Decider("orders", order.INITIAL, order.evolve, cache_size=500)
BOOKINGS = events.Decider("orders", booking.NOTHING, booking.evolve, cache_size=100)


def not_found(order_id: str) -> common.NotFound:
    """The refusal of what is not there, or not the viewer's to see."""
    return common.NotFound(message="There is no such order.", kind="order", id=order_id[:40])


def load_visible(order_id: str, is_opened: Callable[[str, State], bool] | None = None) -> State:
    """The order of this id. Raises NotFound where there is none, or the viewer may not see it.

    `is_opened(order_id, state)` says whether they may see it all the same.
    """
    state, _ = ORDERS.load(order_id[:128])
    if not state.exists or not (identity.may_see(state.customer_id) or (is_opened and is_opened(order_id, state))):
        raise not_found(order_id)
    return state


def answer(order_id: str, decided: events.Decided[State], known: orders.Personal | None = None) -> orders.Order:
    """An order as it is after a decision; `known` is what it knows of its person where that is at hand."""
    updated_at = decided.recorded[-1].occurred_at if decided.recorded and not decided.repeated else None
    moments = {order_id: updated_at} if updated_at is not None else None
    people = {order_id: known} if known else None
    return answers({order_id: (decided.state, decided.version)}, moments, people)[0]


def answers(
    states: Mapping[str, tuple[State, int]],
    updated_at: Mapping[str, int] | None = None,
    people: Mapping[str, orders.Personal] | None = None,
) -> list[orders.Order]:
    """Orders with what is known of their people, in the order given."""
    people, moments, now = people or _people(states), updated_at or _updated_at(states), clock.now()
    found, room = [], MOST_LINES_IN_ALL
    for id_, (state, version) in states.items():
        made = showing.struct(id_, state, version, moments[id_], people[id_], now, min(room, MOST_LINES))
        room -= len(made.lines)
        found.append(made)
    return found


def _people(states: Mapping[str, tuple[State, int]]) -> dict[str, orders.Personal]:
    return personal.unseal(
        {id_: (personal.owner_of(state.customer_id, id_), state.sealed) for id_, (state, _) in states.items()}
    )


def _updated_at(states: Mapping[str, tuple[State, int]]) -> dict[str, int]:
    """When orders last changed: from their rows, or from their streams where the rows are behind."""
    rows = Order.objects.filter(pk__in=list(states)).values_list("id", "version", "updated_at")
    known = {(id_, version): moment for id_, version, moment in rows}
    return {
        id_: known[id_, version] if (id_, version) in known else ORDERS.history(id_)[version - 1].occurred_at
        for id_, (_, version) in states.items()
    }


def load_existing(order_ids: Iterable[str]) -> dict[str, tuple[State, int]]:
    """The orders of these ids that there are, in that order, each once."""
    found = ORDERS.load_many(dict.fromkeys(id_[:128] for id_ in order_ids))
    return {id_: (state, version) for id_, (state, version) in found.items() if state.exists}


def rows_to_answers(rows: Sequence[str]) -> list[orders.Order]:
    """The orders of these ids, in that order."""
    return answers(load_existing(rows))
