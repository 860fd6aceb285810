"""The buyers of the real year: what they spent before and after a date, in variants at random."""

from __future__ import annotations

import numpy as np
from pyarrow import parquet

from apps.experiments.statistics.moments import Moments
from apps.experiments.statistics.plans import Metric
from tests.trade import years

START = "2010-06-01"
PLAIN, ADJUSTED = Metric("spent", "after"), Metric("spent", "after", covariates=("before",))


def spent():
    """What each customer who had bought before the start spent before and after it, in pence."""
    columns = ["Customer ID", "Quantity", "Price", "InvoiceDate"]
    table = parquet.read_table(years.YEAR, columns=columns)
    customers, quantities, prices, dates = (table[name].to_numpy() for name in columns)
    known = ~np.isnan(customers)
    _, places = np.unique(customers[known], return_inverse=True)
    pence = np.round(quantities * prices * 100)[known]
    is_before = (dates.astype(str) < START)[known]
    before, after = (np.bincount(places, pence * part) for part in (is_before, ~is_before))
    old = np.bincount(places, is_before) > 0
    return before[old], after[old]


def split(before, after, seed):
    """The customers in two variants at random."""
    is_control = np.random.default_rng(seed).random(before.size) < 0.5
    return [Moments.of_values({"before": before[part], "after": after[part]}) for part in (is_control, ~is_control)]
