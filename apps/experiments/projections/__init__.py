"""The projections of experiments: flags, exposures, and what results are made from."""

from apps.experiments import models
from apps.experiments.domain import purchases
from apps.experiments.projections import flags, operations, orders, subjects
from thriftshop import events

PROJECTIONS = [
    events.Projection("experiments.flags", "experiments", flags.apply, (models.Flag,), flags.KINDS),
    events.Projection(
        "experiments.exposures",
        "experiments",
        subjects.apply_exposures,
        (models.Exposure,),
        frozenset({"VariantExposed"}),
    ),
    events.Projection(
        "experiments.subjects",
        "experiments",
        subjects.apply_links,
        (models.CustomerUnit, models.GuestOrder),
        frozenset({"CustomerLinked", "CustomerUnlinked", "VisitorOrdered"}),
    ),
    events.Projection(
        "experiments.operations",
        "experiments",
        operations.apply,
        (models.OperationDay,),
        frozenset({"OperationsMeasured"}),
    ),
    events.Projection("experiments.purchases", "orders", orders.apply, (models.Purchase,), purchases.KINDS),
]
