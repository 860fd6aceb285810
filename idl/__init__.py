"""The contracts as Python modules: `from idl import catalog` loads `idl/catalog.thrift`; nothing is generated."""

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from thriftpy2.parser.exc import ThriftModuleNameConflict, ThriftParserError
from thriftpy2.parser.parser import parse

ROOT = Path(__file__).parent


class UnusableContract(ImportError):
    """A contract that is missing or cannot be read."""


class ThriftFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds `idl.<name>` (and `idl.legacy.<name>`) where a `.thrift` file of that name stands."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        file = thrift_file(fullname)
        if file is None:
            package, _, name = fullname.rpartition(".")
            if package == __name__ and not (ROOT / name).is_dir() and not name.startswith("_"):
                raise UnusableContract(
                    f"idl/{name}.thrift is missing; bring it back: git checkout -- idl/{name}.thrift", name=fullname
                )
            return None
        return importlib.machinery.ModuleSpec(fullname, self, origin=str(file))

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        # thriftpy2 names an included file `<stem>_thrift` and caches by that name: the same name here makes an
        # include and an import give the same classes.
        cached_as = spec.name.partition(".")[2] + "_thrift"
        try:
            module: ModuleType = parse(str(thrift_file(spec.name)), cached_as, include_dirs=[str(ROOT)])
        except (ThriftParserError, ThriftModuleNameConflict) as error:
            raise UnusableContract(f"idl/{spec.name.partition('.')[2]}.thrift cannot be read: {error}") from error
        for value in vars(module).values():
            if isinstance(value, type) and value.__module__ == cached_as:
                value.__module__ = spec.name
        return module

    def exec_module(self, module: ModuleType) -> None:
        """The parser has already filled the module."""


def thrift_file(fullname: str) -> Path | None:
    """The file that defines the module of this dotted name, or None when it is not one of ours."""
    package, _, rest = fullname.partition(".")
    if package != __name__ or not rest:
        return None
    file = ROOT / (rest.replace(".", "/") + ".thrift")
    return file if file.is_file() else None


def names() -> list[str]:
    """The names of all contracts in force (legacy aside), sorted."""
    return sorted(file.stem for file in ROOT.glob("*.thrift"))


sys.meta_path.append(ThriftFinder())
