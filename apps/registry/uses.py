"""Uses of types: the fields, methods and events that refer to each declared type."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from apps.registry import places
from thriftshop import contracts
from thriftshop.contracts import parts

KINDS = {"method": "result", "member": "event"}


@dataclass(frozen=True, slots=True)
class Use:
    """A use of a type; `where` is the full name of the user."""

    kind: str
    location: str
    href: str


@lru_cache(maxsize=1)
def _live() -> Mapping[tuple[str, str], list[Use]]:
    """All uses in the current contracts."""
    return table(contracts.live())


def of(contract: str, name: str) -> list[Use]:
    """The uses of a type, in the order of the contracts."""
    return _live().get((contract, name), [])


def table(library: contracts.Library) -> Mapping[tuple[str, str], list[Use]]:
    """All uses, by contract and name of what is used."""
    uses: dict[tuple[str, str], dict[Use, None]] = defaultdict(dict)
    for part in parts.of_all(library):
        of_method = part.kind in ("argument", "refusal")
        use = Use(KINDS.get(part.kind, part.kind), part.owner if of_method else part.name, places.part(part))
        for type_ in (type_ for written in part.types for type_ in written.mentioned()):
            uses[library.home(part.contract.name, type_.name)][use] = None
    return {name: list(distinct) for name, distinct in uses.items()}
