"""The requests of a day by the second: a curve with a morning and an evening, or that of a real year, and a flash sale."""

import datetime as dt
import math
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

DAY = 86_400
# The Gaussian humps of the curve: hour, width in hours, height; above what comes at night.
HUMPS, NIGHT = ((12.5, 2.6, 0.85), (20.0, 1.9, 1.0)), 0.08
SMOOTH_MINUTES = 45


@dataclass(frozen=True)
class Sale:
    """A flash sale: how many times the day's peak comes at its beginning, and how fast that grows and falls."""

    begin: int = 15 * 3600
    factor: float = 4.0
    rise_seconds: int = 15
    half_life_seconds: int = 15 * 60
    seconds: int = 3600


def curve() -> np.ndarray:
    """The shape of an ordinary day by the second; its peak is 1."""
    hours = np.arange(DAY) / 3600
    humps = [height * np.exp(-(((hours - at) / width) ** 2) / 2) for at, width, height in HUMPS]
    shape = NIGHT + np.sum(humps, axis=0)
    return np.asarray(shape / shape.max())


def of_year(path: Path) -> np.ndarray:
    """The shape of the orders of a real year by the minute of the day, smoothed; its peak is 1."""
    from pyarrow import parquet

    table = parquet.read_table(path, columns=["Invoice", "InvoiceDate"]).to_pydict()
    rows = zip(table["Invoice"], table["InvoiceDate"], strict=True)
    dates = {str(invoice): dt.datetime.fromisoformat(str(date)) for invoice, date in rows}
    counts = Counter(date.hour * 60 + date.minute for date in dates.values())
    minutes = np.array([counts[minute] for minute in range(1440)], dtype=float)
    window = np.ones(SMOOTH_MINUTES) / SMOOTH_MINUTES
    smooth = np.convolve(np.concatenate([minutes, minutes, minutes]), window, "same")[1440:2880]
    by_second = np.interp(np.arange(DAY) / 60, np.arange(1440) + 0.5, smooth)
    return np.asarray(np.maximum(by_second / by_second.max(), 0.01))


def requests(shape: np.ndarray, peak: float, sale: Sale | None, seed: int = 1) -> np.ndarray:
    """The requests of each second: chance around the curve, whose peak is per second."""
    expected = shape * peak
    if sale:
        expected = expected + peak * np.array([_of_sale(second - sale.begin, sale) for second in range(DAY)])
    return np.random.default_rng(seed).poisson(expected).astype(float)


def _of_sale(seconds: int, sale: Sale) -> float:
    if not 0 <= seconds < sale.seconds:
        return 0.0
    risen = min(1.0, seconds / sale.rise_seconds)
    return sale.factor * risen * math.exp(-math.log(2) * max(0, seconds - sale.rise_seconds) / sale.half_life_seconds)
