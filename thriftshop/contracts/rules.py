"""The rules that contracts are checked against, read from `rules.md`: names, severities, reasons and advice."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

BREAKING = "breaking"  # a running program, a stored event or a build stops working
ERROR = "error"  # a contract is not written as contracts are
WARNING = "warning"  # safe in the right order of deployment, or visible only to those who use names
TEXT = Path(__file__).with_suffix(".md").read_text("utf-8")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: `what` happened, `why` it matters, what to do `instead`; sentences for people."""

    id: str
    severity: str
    what: str
    why: str
    instead: str

    @property
    def fails(self) -> bool:
        """Whether a finding fails the build without `--strict`."""
        return self.severity != WARNING


def _rules(section: str) -> Iterator[Rule]:
    for line in section.splitlines():
        if line.startswith("| `"):
            name, *rest = line.strip("| ").split(" | ")
            yield Rule(name.strip("`"), *rest)


_LINT, *_CHANGES = TEXT.split("\n## ")[1:]
LINT = tuple(_rules(_LINT))
CHANGES = tuple(rule for section in _CHANGES for rule in _rules(section))
ALL: Mapping[str, Rule] = MappingProxyType({rule.id: rule for rule in (*LINT, *CHANGES)})
