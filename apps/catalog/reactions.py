"""Jobs of the catalog: scheduled prices that are due are added to the sliced prices, so that sorting stays fast."""

from apps.catalog.service import pricing
from thriftshop import events

JOBS = [events.Job("catalog.prices", 300, pricing.apply_due_prices)]
