"""Type stubs of the contracts for the type checker: `python -m thriftshop.contracts` writes them to `stubs/idl/`."""

import sys
from collections.abc import Iterator
from pathlib import Path

import idl
from thriftshop.contracts import model, reading

STUBS = Path(idl.ROOT).parent / "stubs" / "idl"
PYTHON = {
    "bool": "bool",
    **dict.fromkeys(("byte", "i16", "i32", "i64"), "int"),
    "double": "float",
    "string": "str",
    "binary": "bytes",
    "list": "list",
    "set": "set",
    "map": "dict",
    "void": "None",
}
PACKAGE = """\
from pathlib import Path
ROOT: Path
def names() -> list[str]: ...
def thrift_file(fullname: str) -> Path | None: ...
"""


def module_stub(library: model.Library, contract: model.Contract) -> str:
    """Everything that one contract declares."""
    imports = sorted({"from typing import Any"} | {f"import idl.{name}" for name in idl.names()})
    declared = [_Stub(library, contract.name).of(declaration) for declaration in contract.declarations]
    return "\n".join([*imports, "", *declared])


class _Stub:
    """Declarations of one contract as Python."""

    def __init__(self, library: model.Library, home: str) -> None:
        self.library, self.home = library, home

    def of(self, declaration: model.Declared) -> str:
        if isinstance(declaration, model.Typedef):
            return f"{declaration.name} = {self.type_name(declaration.type)}\n"
        if isinstance(declaration, model.Constant):
            return f"{declaration.name}: {self.type_name(declaration.type)}\n"
        lines = (
            self.enum(declaration)
            if isinstance(declaration, model.Enum)
            else self.service(declaration)
            if isinstance(declaration, model.Service)
            else self.struct(declaration)
        )
        base = "(Exception)" if declaration.kind == "exception" else ""
        return "\n".join([f"class {declaration.name}{base}:", *(f"    {line}" for line in lines), ""])

    def type_name(self, written: model.Type) -> str:
        return self._resolved(self.library.resolved(self.home, written))

    def _resolved(self, kind: model.Type) -> str:
        if not kind.is_named:
            arguments = ", ".join(map(self._resolved, kind.arguments))
            return f"{PYTHON[kind.name]}[{arguments}]" if arguments else PYTHON[kind.name]
        contract, _, name = kind.name.rpartition(".")
        if isinstance(self.library[contract].by_name[name], model.Enum):
            return "int"
        return name if contract == self.home else f"idl.{contract}.{name}"

    def struct(self, struct: model.Struct) -> Iterator[str]:
        yield "thrift_spec: dict[int, tuple[Any, ...]]"
        arguments = []
        for field in struct.fields:
            required = field.requiredness == "required"
            declared = f"{field.name}: {self.type_name(field.type)}{'' if required else ' | None'}"
            yield declared
            arguments.append(declared if required and field.default is None else f"{declared} = ...")
        if arguments:
            yield f"def __init__(self, *, {', '.join(arguments)}) -> None: ..."

    def enum(self, enum: model.Enum) -> Iterator[str]:
        yield from (f"{value.name}: int" for value in enum.values)
        yield from ("_VALUES_TO_NAMES: dict[int, str]", "_NAMES_TO_VALUES: dict[str, int]")

    def service(self, service: model.Service) -> Iterator[str]:
        """The class that implementations derive from; within it the asynchronous client, which `rpc.aconnect` gives."""
        signatures = list(map(self.signature, service.methods))
        yield "class _Asynchronous:"
        yield from (f"    async def {signature}: ..." for signature in signatures)
        # Exists for the type checker alone, which finds the client of a service by it.
        yield "__async_client__: _Asynchronous"
        yield from (f"def {signature}: ..." for signature in signatures)

    def signature(self, method: model.Method) -> str:
        """A method; Python wants arguments with a default last."""
        arguments = ["self"]
        for index, argument in enumerate(method.arguments):
            kind = self.type_name(argument.type) + (" | None" if argument.may_be_absent else "")
            optional = all(later.may_be_absent for later in method.arguments[index:])
            arguments.append(f"{argument.name}: {kind}{' = ...' if optional else ''}")
        return f"{method.name}({', '.join(arguments)}) -> {self.type_name(method.result)}"


def write() -> int:
    """Write all stubs; give how many modules those were."""
    library = reading.live()
    (STUBS / "legacy").mkdir(parents=True, exist_ok=True)
    (STUBS / "__init__.pyi").write_text(PACKAGE)
    (STUBS / "legacy" / "__init__.pyi").write_text("")
    for contract in library:
        (STUBS / contract.path).with_suffix(".pyi").write_text(module_stub(library, contract))
    return len(library.contracts)


def main() -> None:
    """Write all stubs and say so."""
    sys.stdout.write(f"{write()} stubs in {STUBS.relative_to(Path.cwd())}\n")
