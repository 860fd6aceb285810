"""Declarations of IDL files as data: types, fields and methods with comments, annotations and line numbers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from thriftshop.contracts import annotations as marks

SCALARS = frozenset({"bool", "byte", "i8", "i16", "i32", "i64", "double", "string", "binary", "uuid", "void"})
CONTAINERS = frozenset({"list", "set", "map"})


@dataclass(frozen=True, slots=True)
class Type:
    """A type as written: `i32`, `common.Money`, `map<string, list<common.Sku>>`."""

    name: str
    arguments: tuple["Type", ...] = ()

    def __str__(self) -> str:
        return f"{self.name}<{', '.join(map(str, self.arguments))}>" if self.arguments else self.name

    @property
    def is_named(self) -> bool:
        """Whether an IDL file declares it: it is neither a base type nor a container."""
        return self.name not in SCALARS and self.name not in CONTAINERS

    def mentioned(self) -> Iterator["Type"]:
        """The declared types in it, including itself."""
        if self.is_named:
            yield self
        for argument in self.arguments:
            yield from argument.mentioned()


@dataclass(frozen=True, slots=True)
class Reference:
    """A value that refers to a constant or an enum value (`ProductStatus.DRAFT`)."""

    name: str


@dataclass(frozen=True, slots=True)
class _Declaration:
    """What every declaration has. `doc` is its comment in one line, empty without one; lines count from 1."""

    name: str
    doc: str
    annotations: Mapping[str, str]
    line: int

    @property
    def deprecated(self) -> str | None:
        """What to use instead (the annotation `deprecated`); None where it is not deprecated."""
        return self.annotations.get("deprecated")


@dataclass(frozen=True, slots=True)
class Field(_Declaration):
    """A field of a struct, union or exception, or an argument or refusal of a method.

    Fields without a written `id` count down from -1. `requiredness` is `required`, `optional` or `default` (not written).
    """

    id: int
    type: Type
    requiredness: str
    default: Any
    id_is_written: bool

    @property
    def personal(self) -> str | None:
        """How logs and spans treat it (the annotation `pii`); None where it is not personal data."""
        return self.annotations.get("pii")

    @property
    def readers(self) -> tuple[str, ...]:
        """For a member of an event union: the other contexts that may read these events, sorted."""
        return marks.readers(self.annotations)

    @property
    def may_be_absent(self) -> bool:
        """For an argument: whether it may be left out."""
        return marks.may_be_absent(self.annotations)

    @property
    def max_bytes(self) -> int:
        """For an argument: how many bytes it may have beyond the limit of every message."""
        return marks.max_bytes(self.annotations)


@dataclass(frozen=True, slots=True)
class Struct(_Declaration):
    """A struct, union or exception, by `kind`."""

    kind: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class EnumValue(_Declaration):
    """A value of an enum, numbered as Thrift does where no number is written."""

    value: int

    @property
    def id(self) -> int:
        """Its number, under the name that fields use."""
        return self.value


@dataclass(frozen=True, slots=True)
class Enum(_Declaration):
    """An enum."""

    values: tuple[EnumValue, ...]
    kind: str = "enum"


@dataclass(frozen=True, slots=True)
class Typedef(_Declaration):
    """Another name for a type."""

    type: Type
    kind: str = "typedef"


@dataclass(frozen=True, slots=True)
class Constant(_Declaration):
    """A constant."""

    type: Type
    value: Any
    kind: str = "constant"


@dataclass(frozen=True, slots=True)
class Method(_Declaration):
    """A method of a service; `throws` are its refusals."""

    result: Type
    arguments: tuple[Field, ...]
    throws: tuple[Field, ...]
    oneway: bool

    @property
    def callers(self) -> tuple[str, ...]:
        """The services that may call it beside its own context, sorted."""
        return marks.callers(self.annotations)

    @property
    def idempotent(self) -> bool:
        """Whether it may be sent again when its outcome is unknown."""
        return marks.is_idempotent(self.annotations)

    @property
    def deadline_ms(self) -> int | None:
        """Its deadline in milliseconds; None for the platform's default."""
        return marks.deadline_ms(self.annotations)


@dataclass(frozen=True, slots=True)
class Service(_Declaration):
    """A service; `extends` is the name of its base service, as written."""

    extends: str | None
    methods: tuple[Method, ...]
    kind: str = "service"

    def method(self, name: str) -> Method:
        """The method of that name. Raises KeyError."""
        return {method.name: method for method in self.methods}[name]


Declared = Struct | Enum | Typedef | Constant | Service


@dataclass(frozen=True)
class Contract:
    """An IDL file: `name` is `catalog` or `legacy.catalog`, `path` is relative to idl/."""

    name: str
    path: str
    text: str
    doc: str
    includes: tuple[str, ...]  # the names of other contracts
    namespaces: Mapping[str, str]
    declarations: tuple[Declared, ...]  # in the order of the file

    @property
    def is_legacy(self) -> bool:
        """Whether it is a contract of 2018, kept unchanged."""
        return self.name.startswith("legacy.")

    @property
    def context(self) -> str:
        """The context it belongs to: `catalog` for `legacy.catalog` too."""
        return self.name.rpartition(".")[2]

    @cached_property
    def by_name(self) -> Mapping[str, Declared]:
        """Its declarations by name."""
        return {declaration.name: declaration for declaration in self.declarations}

    @property
    def structs(self) -> tuple[Struct, ...]:
        """Its structs, unions and exceptions."""
        return tuple(declaration for declaration in self.declarations if isinstance(declaration, Struct))

    @property
    def enums(self) -> tuple[Enum, ...]:
        """Its enums."""
        return tuple(declaration for declaration in self.declarations if isinstance(declaration, Enum))

    @property
    def typedefs(self) -> tuple[Typedef, ...]:
        """Its typedefs."""
        return tuple(declaration for declaration in self.declarations if isinstance(declaration, Typedef))

    @property
    def constants(self) -> tuple[Constant, ...]:
        """Its constants."""
        return tuple(declaration for declaration in self.declarations if isinstance(declaration, Constant))

    @property
    def services(self) -> tuple[Service, ...]:
        """Its services."""
        return tuple(declaration for declaration in self.declarations if isinstance(declaration, Service))

    @property
    def event_union(self) -> Struct | None:
        """The union of its events, `<Name>Event`, if any; its topic has the name of the contract."""
        unions = (struct for struct in self.structs if struct.kind == "union" and struct.name.endswith("Event"))
        return next(unions, None)


@dataclass(frozen=True)
class Library:
    """All contracts at one time, sorted by name."""

    contracts: Mapping[str, Contract] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Contract]:
        return iter(self.contracts.values())

    def __getitem__(self, name: str) -> Contract:
        return self.contracts[name]

    def __contains__(self, name: object) -> bool:
        return name in self.contracts

    def items(self) -> Iterable[tuple[str, Contract]]:
        """The contracts with their names."""
        return self.contracts.items()

    def home(self, contract: str, written: str) -> tuple[str, str]:
        """The contract and name that a name written in `contract` refers to: `common.Sku` is (`common`, `Sku`)."""
        prefix, _, name = written.rpartition(".")
        if not prefix:
            return contract, name
        includes = [include for include in self[contract].includes if include.rpartition(".")[2] == prefix]
        return (includes[0] if includes else prefix), name

    def find(self, contract: str, written: str) -> Declared | None:
        """The declaration that a name written in `contract` refers to, if any."""
        home, name = self.home(contract, written)
        return self[home].by_name.get(name) if home in self else None

    def reached(self, roots: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """These declarations (contract and name) and all that their fields refer to, however deep."""
        reached: set[tuple[str, str]] = set()
        waiting = list(roots)
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                waiting += [self.home(name[0], type_.name) for type_ in _mentioned(self.find(*name))]
        return reached

    def resolved(self, contract: str, written: Type) -> Type:
        """The type on the wire: typedefs replaced by their types, full names (`common.Money`), `byte` for `i8`."""
        if written.name == "i8":
            return Type("byte")
        if not written.is_named:
            return Type(written.name, tuple(self.resolved(contract, argument) for argument in written.arguments))
        home, name = self.home(contract, written.name)
        declared = self.find(contract, written.name)
        if isinstance(declared, Typedef):
            return self.resolved(home, declared.type)
        return Type(f"{home}.{name}")


def _mentioned(declared: Declared | None) -> Iterator[Type]:
    if isinstance(declared, Struct):
        for field in declared.fields:
            yield from field.type.mentioned()
    elif isinstance(declared, Typedef):
        yield from declared.type.mentioned()
