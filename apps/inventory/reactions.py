"""What the inventory does by itself: it releases reservations that have run out."""

from apps.inventory import service
from thriftshop import events

SWEEPS = [events.Sweep("inventory.reservations", 30, service.sweep)]
