"""The reactions and sweeps of orders."""

from apps.orders.reactions import checkouts, claiming, emails, erasure, saga, sweeping
from apps.orders.service import guests
from thriftshop import events

REACTIONS = [
    events.Reaction("orders.saga", "orders", saga.proceed, saga.KINDS),
    events.Reaction("orders.checkouts", "cart", checkouts.finish, checkouts.KINDS, unhurried=checkouts.KINDS),
    events.Reaction("orders.letters", "orders", emails.send, emails.KINDS),
    events.Reaction("orders.claims", "users", claiming.claim_earlier, frozenset({"EmailVerified"})),
    events.Reaction("orders.claims.new", "orders", claiming.claim_new, frozenset({"OrderPlaced"})),
    events.Reaction("orders.erasure", "users", erasure.forget, frozenset({"UserErased"})),
]
JOBS = [events.Job("orders.unfinished", 2, sweeping.sweep), events.Job("orders.links", 2, guests.send_links)]
