"""Type stubs of the contracts for the type checker: `python -m thriftshop.contracts` writes them to `stubs/idl/`."""

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from thriftpy2.thrift import TType

import idl

STUBS = Path(idl.ROOT).parent / "stubs" / "idl"
PLAIN = {
    TType.BOOL: "bool",
    TType.BYTE: "int",
    TType.I16: "int",
    TType.I32: "int",
    TType.I64: "int",
    TType.DOUBLE: "float",
    TType.STRING: "str",
    TType.BINARY: "bytes",
}


def type_name(ttype: int, detail: Any, home: str) -> str:
    """A field's type as Python writes it; `home` is the module it is written in."""
    if ttype == TType.STRUCT:
        return detail.__name__ if detail.__module__ == home else f"{detail.__module__}.{detail.__name__}"
    if ttype in (TType.LIST, TType.SET):
        kind = "list" if ttype == TType.LIST else "set"
        return f"{kind}[{_item_name(detail, home)}]"
    if ttype == TType.MAP:
        return f"dict[{_item_name(detail[0], home)}, {_item_name(detail[1], home)}]"
    return PLAIN[ttype]


def _item_name(detail: Any, home: str) -> str:
    return type_name(detail[0], detail[1], home) if isinstance(detail, tuple) else type_name(detail, None, home)


def _spec_name(spec: tuple[Any, ...], home: str) -> str:
    return type_name(spec[0], spec[2] if len(spec) == 4 else None, home)


def struct_stub(struct: Any, home: str) -> str:
    """A struct, union or exception with its fields and its constructor."""
    base = "(Exception)" if issubclass(struct, Exception) else ""
    fields, arguments = [], []
    defaults = dict(struct.default_spec)
    for spec in struct.thrift_spec.values():
        name, required = spec[1], spec[-1]
        kind = _spec_name(spec, home) + ("" if required else " | None")
        fields.append(f"    {name}: {kind}")
        arguments.append((f"{name}: {kind}", required and defaults.get(name) is None))
    ordered = [text if must else f"{text} = ..." for text, must in arguments]
    constructor = f"    def __init__(self, *, {', '.join(ordered)}) -> None: ..." if ordered else "    pass"
    spec = "    thrift_spec: dict[int, tuple[Any, ...]]"
    return "\n".join([f"class {struct.__name__}{base}:", spec, *fields, constructor, ""])


def enum_stub(enum: Any) -> str:
    """An enum: names for whole numbers."""
    names = [f"    {name}: int" for name in enum._NAMES_TO_VALUES]
    tables = ["    _VALUES_TO_NAMES: dict[int, str]", "    _NAMES_TO_VALUES: dict[str, int]"]
    return "\n".join([f"class {enum.__name__}:", *names, *tables, ""])


def service_stub(service: type, home: str) -> str:
    """A service as the class that implementations derive from."""
    lines = [f"class {service.__name__}:"]
    names: list[str] = service.thrift_services  # type: ignore[attr-defined]
    for name in names:
        args_type, result_type = getattr(service, f"{name}_args"), getattr(service, f"{name}_result")
        annotations = getattr(args_type, "__thrift_field_annotations__", {})
        arguments = [
            f"{spec[1]}: {_spec_name(spec, home)}"
            + (" | None = ..." if annotations.get(spec[1], {}).get("absent") == "allowed" else "")
            for spec in args_type.thrift_spec.values()
        ]
        success = result_type.thrift_spec.get(0)
        answer = _spec_name(success, home) if success else "None"
        lines.append(f"    def {name}({', '.join(['self', *_optional_last(arguments)])}) -> {answer}: ...")
    return "\n".join([*lines, ""])


def _optional_last(arguments: list[str]) -> list[str]:
    """Python wants defaults last; an argument that may be absent before one that may not is simply given as None."""
    kept: list[str] = []
    for index, argument in enumerate(arguments):
        later_required = any(not other.endswith(" = ...") for other in arguments[index + 1 :])
        kept.append(argument.removesuffix(" = ...") if later_required else argument)
    return kept


def module_stub(module: ModuleType, home: str) -> str:
    """Everything that one contract declares."""
    own = [value for value in vars(module).values() if isinstance(value, type) and value.__module__ == home]
    parts = []
    for value in own:
        if hasattr(value, "thrift_services"):
            parts.append(service_stub(value, home))
        elif hasattr(value, "_NAMES_TO_VALUES"):
            parts.append(enum_stub(value))
        else:
            parts.append(struct_stub(value, home))
    aliases = [f"{name} = {PLAIN[value]}" for name, value in vars(module).items() if _is_alias(name, value)]
    constants = [f"{name}: {type(value).__name__}" for name, value in vars(module).items() if _is_constant(name, value)]
    imports = sorted({"from typing import Any"} | {f"import idl.{name}" for name in idl.names()})
    return "\n".join([*imports, "", *aliases, *constants, "", *parts])


def _is_alias(name: str, value: Any) -> bool:
    return name[0].isupper() and not name.isupper() and isinstance(value, int) and value in PLAIN


def _is_constant(name: str, value: Any) -> bool:
    return name[0].isalpha() and name.isupper() and isinstance(value, bool | int | float | str)


def write() -> int:
    """Writes all stubs; gives how many modules those were."""
    names = [
        *idl.names(),
        *(f"legacy.{file.stem}" for file in sorted((idl.ROOT / "legacy").glob("*.thrift"))),
    ]
    (STUBS / "legacy").mkdir(parents=True, exist_ok=True)
    package = (
        "from pathlib import Path\nROOT: Path\ndef names() -> list[str]: ...\n"
        "def thrift_file(fullname: str) -> Path | None: ...\n"
    )
    (STUBS / "__init__.pyi").write_text(package)
    (STUBS / "legacy" / "__init__.pyi").write_text("")
    # All of them first: what a contract includes is called by its proper name once it is imported itself.
    modules = {name: importlib.import_module(f"idl.{name}") for name in names}
    for name, module in modules.items():
        (STUBS / (name.replace(".", "/") + ".pyi")).write_text(module_stub(module, f"idl.{name}"))
    return len(names)


def main() -> None:
    """Writes all stubs and says so."""
    sys.stdout.write(f"{write()} stubs in {STUBS.relative_to(Path.cwd())}\n")
