"""The crash points that a run covered."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Draw:
    """Faults that happened at once, with what exactly happened, and what was found afterwards."""

    faults: list[str]
    details: list[str]
    seconds: float
    outcomes: Counter[str]
    violations: dict[str, list[str]]

    @property
    def name(self) -> str:
        """What happened."""
        pairs = zip(self.faults, self.details, strict=True)
        return "; ".join(f"{fault} ({detail})" if detail else fault for fault, detail in pairs)

    def line(self) -> str:
        """One line for a log."""
        counts = ", ".join(f"{count} {name}" for name, count in sorted(self.outcomes.items()))
        return f"{self.seconds:6.1f} s  {self.name}: {counts}"


@dataclass(slots=True)
class Report:
    """A run with the seed of its draws."""

    seed: int
    draws: list[Draw] = field(default_factory=list)
    possible: list[str] = field(default_factory=list)
    impossible: list[str] = field(default_factory=list)
    """The faults for which the machine lacks something: a disk of one's own and a link with losses need root."""

    @property
    def violations(self) -> list[str]:
        """Everything that was found, with the faults after which it was."""
        return [
            f"after {draw.name}: {check}: {'; '.join(problems[:3])}"
            for draw in self.draws
            for check, problems in draw.violations.items()
        ]

    def table(self) -> str:
        """The crash points with how often each was covered, and the operations of the whole run."""
        counts = Counter(fault for draw in self.draws for fault in draw.faults)
        total = sum((draw.outcomes for draw in self.draws), Counter[str]())
        lines = [f"Crash points covered, FAULTS_SEED={self.seed}:"]
        lines += [f"{count:5}  {fault}{self._details(fault)}" for fault, count in counts.most_common()]
        lines += [f"    0  {name}" for name in self.possible if name not in counts]
        lines += [f"    -  {name}: not possible on this machine" for name in self.impossible]
        lines.append("Operations: " + ", ".join(f"{count} {name}" for name, count in sorted(total.items())))
        return "\n".join(lines)

    def _details(self, fault: str) -> str:
        details = Counter(
            detail
            for draw in self.draws
            for name, detail in zip(draw.faults, draw.details, strict=True)
            if name == fault and detail
        )
        return f" ({', '.join(sorted(details)[:8])})" if details else ""
