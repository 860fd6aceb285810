"""What experiments measure: variants that were seen, and changes of flags."""

from idl import experiments
from thriftshop.telemetry.measures import Total, once

MEASURES = [
    Total(
        "thriftshop_experiments_exposed_total",
        "Variants that visitors saw for the first time.",
        {experiments.VariantExposed: once},
    ),
    Total("thriftshop_experiments_started_total", "Flags that were started.", {experiments.FlagStarted: once}),
    Total("thriftshop_experiments_stopped_total", "Flags that were stopped.", {experiments.FlagStopped: once}),
]
