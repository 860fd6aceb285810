"""What orders do by themselves: go on with their course, tell customers, forget who was erased, look after what is stuck."""

from apps.orders.reactions import checkouts, erasure, letters, saga, sweeping
from thriftshop import events

REACTIONS = [
    events.Reaction("orders.saga", "orders", saga.go_on, saga.KINDS),
    events.Reaction("orders.checkouts", "cart", checkouts.finish, frozenset({"CartCheckedOut"})),
    events.Reaction("orders.letters", "orders", letters.send_word, letters.KINDS),
    events.Reaction("orders.erasure", "users", erasure.forget, frozenset({"UserErased"})),
]
SWEEPS = [events.Sweep("orders.unfinished", 2, sweeping.sweep)]
