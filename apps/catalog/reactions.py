"""The catalog's jobs: adds due scheduled prices to the sliced prices, so that sorting stays fast."""

from apps.catalog.service import pricing
from thriftshop import events

JOBS = [events.Job("catalog.prices", 300, pricing.apply_due_prices)]
