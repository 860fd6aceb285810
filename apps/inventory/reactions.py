"""What the inventory does by itself: it releases reservations that have run out."""

from apps.inventory.service import reservations
from thriftshop import events

SWEEPS = [events.Sweep("inventory.reservations", 30, reservations.sweep)]
