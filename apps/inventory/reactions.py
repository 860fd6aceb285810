"""What the inventory does by itself: it releases reservations that have run out."""

from apps.inventory.service import reservations
from thriftshop import events

JOBS = [events.Job("inventory.reservations", 30, reservations.sweep)]
