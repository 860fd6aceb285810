"""Operations of gateways under a variant, as sums over visitors."""

from idl import experiments

COLUMNS = ("operations", "failed", "duration")
PAIRS = tuple((first, second) for place, first in enumerate(COLUMNS) for second in COLUMNS[place:])
NAMES = (
    "visitors",
    "operations",
    "failed",
    "duration",
    "operations_squared",
    "operations_failed",
    "operations_duration",
    "failed_squared",
    "failed_duration",
    "duration_squared",
)
"""The fields of the sums: the number of visitors, the sum of each column, and of the products of each pair."""
MAX_OPERATIONS = 10**12
MAX_SQUARE = 2**62


def values_of(sums: experiments.OperationSums) -> tuple[int, ...]:
    """The sums in the order of NAMES."""
    return tuple(getattr(sums, name) for name in NAMES)


def is_possible(sums: experiments.OperationSums) -> bool:
    """Whether these can be the sums of visitors: each of them has an operation, and no more failed than there were."""
    values = values_of(sums)
    within = all(0 <= value <= MAX_SQUARE for value in values) and sums.operations <= MAX_OPERATIONS
    return within and 1 <= sums.visitors <= sums.operations and sums.failed <= sums.operations and _is_square(sums)


def _is_square(sums: experiments.OperationSums) -> bool:
    """Cauchy and Schwarz: no sum of products is greater than the squares allow."""
    squares = {name: getattr(sums, f"{name}_squared") for name in COLUMNS}
    products = {(first, second): getattr(sums, f"{first}_{second}") for first, second in PAIRS if first != second}
    return all(sums.visitors * squares[name] >= getattr(sums, name) ** 2 for name in COLUMNS) and all(
        product**2 <= squares[first] * squares[second] for (first, second), product in products.items()
    )
