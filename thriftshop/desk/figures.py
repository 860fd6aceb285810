"""Key figures on the desk's start page, each with a link."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A value with its label. `style` is empty, `warn` if staff should act, or `bad` if they must."""

    label: str
    value: str
    href: str
    style: str = ""


@runtime_checkable
class HasFigures(Protocol):
    """A ModelAdmin with key figures, each read from an index within a few milliseconds."""

    def figures(self, request: HttpRequest) -> Sequence[KeyFigure]:
        """The key figures, the most urgent first."""
