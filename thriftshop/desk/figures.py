"""What an admin tells the desk: a figure that the staff should see first, and where a click on it leads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` under `label`; `look` is "" where all is well, `warn` where somebody should look, `bad` where they must."""

    label: str
    value: str
    href: str
    look: str = ""


@runtime_checkable
class HasFigures(Protocol):
    """A ModelAdmin with figures of its own; each must be had in a few milliseconds, from an index."""

    def figures(self, request: HttpRequest) -> Sequence[Figure]:
        """The figures, the most pressing first."""
