"""The topics: one for each contract with an event union, with its readers."""

from dataclasses import dataclass

from thriftshop import contracts


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic, named after the contract of its events; only its context writes to it."""

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
        """The contexts that may read its events, each with the names of those events."""
        readers: dict[str, list[str]] = {}
        for member in self.union.fields:
            for reader in member.readers:
                readers.setdefault(reader, []).append(member.name)
        return dict(sorted(readers.items()))


def all_of(library: contracts.Library) -> list[Topic]:
    """Every topic, by name."""
    return [Topic(contract, contract.event_union) for contract in library if contract.event_union is not None]


def of(library: contracts.Library, name: str) -> Topic | None:
    """The topic of that name, if any."""
    union = library[name].event_union if name in library else None
    return Topic(library[name], union) if union else None
