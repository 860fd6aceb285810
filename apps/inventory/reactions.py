"""Expired reservations are released periodically."""

from apps.inventory.service import reservations
from thriftshop import events

JOBS = [events.Job("inventory.reservations", 30, reservations.sweep)]
