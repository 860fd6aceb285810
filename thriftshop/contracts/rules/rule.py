"""What a rule is: its name, how grave it is to break it, why, and what to do instead."""

from dataclasses import dataclass

BREAKING = "breaking"  # somebody's running program, stored event or build stops working
ERROR = "error"  # a contract is not written as contracts are
WARNING = "warning"  # works, with care: about the order of deployment, or for those who use names


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `what` is what happened, `why` whom it hurts and how, `instead` what to do; sentences for people."""

    id: str
    severity: str
    what: str
    why: str
    instead: str

    @property
    def fails(self) -> bool:
        """Whether breaking it fails the build without `--strict`."""
        return self.severity != WARNING
