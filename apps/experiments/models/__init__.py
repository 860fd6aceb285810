"""Tables of experiments: flags, exposures, what visitors bought, and the sums of the results."""

from apps.experiments.models.flags import STATES, Exposure, Flag
from apps.experiments.models.outcomes import CustomerUnit, GuestOrder, OperationDay, Purchase
from apps.experiments.models.results import DailySums, Participant, Settlement, Unsettled

__all__ = [
    "STATES",
    "CustomerUnit",
    "DailySums",
    "Exposure",
    "Flag",
    "GuestOrder",
    "OperationDay",
    "Participant",
    "Purchase",
    "Settlement",
    "Unsettled",
]
