"""What the catalog does by itself: it takes scheduled prices in, so that sorting by price stays cheap."""

from apps.catalog.service import pricing
from thriftshop import events

JOBS = [events.Job("catalog.prices", 300, pricing.settle)]
