"""What analytics measures of its business: tracked events, and those that were not recorded."""

from collections.abc import Mapping

from apps.analytics.domain.refusals import Reason
from apps.analytics.models import Exclusion
from apps.analytics.service import tracking
from idl import analytics
from thriftshop.telemetry.measures import Level, Total, once

NAMES = {spec[2]: spec[1] for spec in analytics.AnalyticsEvent.thrift_spec.values()}


def not_recorded() -> Mapping[str, float]:
    """Events of the current day that were not recorded, by reason: also those of which there were none."""
    none = {reason.value: 0.0 for reason in Reason}
    return none | dict(Exclusion.objects.filter(day=tracking.today()).values_list("reason", "events"))


MEASURES = [
    Total(
        "thriftshop_analytics_events_total",
        "Tracked events that were recorded, by kind.",
        dict.fromkeys(NAMES, once),
        label="kind",
        values=NAMES.values(),
        value_of=lambda event: NAMES[type(event)],
    ),
    Level(
        "thriftshop_analytics_not_recorded",
        "Events of the current day that were not recorded, by reason.",
        not_recorded,
        label="reason",
    ),
]
