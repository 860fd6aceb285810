"""The topics: one for each contract that has an event union; what travels on it, and who may read it."""

from dataclasses import dataclass

from thriftshop import contracts


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic, called as the contract whose facts it carries; its context alone writes to it."""

    contract: contracts.Contract
    union: contracts.Struct

    @property
    def name(self) -> str:
        """Its name."""
        return self.contract.name

    @property
    def producer(self) -> str:
        """The context that writes to it."""
        return self.contract.context

    @property
    def readers(self) -> dict[str, list[str]]:
        """Which contexts may read which of its events, by the members' names."""
        found: dict[str, list[str]] = {}
        for member in self.union.fields:
            for reader in member.readers:
                found.setdefault(reader, []).append(member.name)
        return dict(sorted(found.items()))


def all_of(library: contracts.Library) -> list[Topic]:
    """Every topic, by name."""
    return [Topic(one, one.event_union) for one in library if one.event_union is not None]


def of(library: contracts.Library, name: str) -> Topic | None:
    """The topic of that name, if there is one."""
    union = library[name].event_union if name in library else None
    return Topic(library[name], union) if union else None
