"""What a split shop keeps its data in: files of SQLite (`Embedded`), or what production runs on (thriftshop.processes.real)."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from thriftshop.processes import commands, splitting


class Unavailable(Exception):
    """A service that the shop needs does not answer, or refuses; the text says what to do."""


class Backbone(Protocol):
    """Where the contexts of a split shop keep their data. Each context has a database of its own, which its replicas share."""

    @property
    def rows(self) -> Sequence[tuple[str, str]]:
        """What the table of addresses says of it."""

    def database(self, name: str) -> str:
        """The DATABASE_URL with which a context or driver runs."""

    def variables(self) -> Mapping[str, str]:
        """What all processes need to know of it."""

    def outdated(self, names: Sequence[str]) -> list[str]:
        """Those of these contexts and drivers whose databases lack migrations. Raises Unavailable."""

    def prepare(self, names: Sequence[str], environment: Mapping[str, str]) -> None:
        """Create what is missing, and migrate the databases of these. Raises Unavailable, commands.Failed."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A file of SQLite for each context, with its events."""

    folder: Path

    @property
    def rows(self) -> Sequence[tuple[str, str]]:
        """What the table of addresses says of it."""
        return [("Databases", str(self.folder))]

    def database(self, name: str) -> str:
        """The DATABASE_URL with which a context or driver runs."""
        return f"sqlite:///{self._file(name)}"

    def variables(self) -> Mapping[str, str]:
        """Nothing: the defaults of the settings are embedded."""
        return {}

    def outdated(self, names: Sequence[str]) -> list[str]:
        """Those of these contexts and drivers whose files lack migrations."""
        return [name for name in names if self._migrated_to(name) != splitting.known_migrations()]

    def prepare(self, names: Sequence[str], environment: Mapping[str, str]) -> None:
        """Migrate the files of these."""
        for name in names:
            self._file(name).parent.mkdir(parents=True, exist_ok=True)
        commands.run([migration(name, self.database(name), environment) for name in names])
        for name in names:
            self._mark(name).write_text(splitting.known_migrations())

    def _migrated_to(self, name: str) -> str:
        with suppress(FileNotFoundError):
            return self._mark(name).read_text() if self._file(name).exists() else ""
        return ""

    def _file(self, name: str) -> Path:
        return self.folder / name / "shop.sqlite3"

    def _mark(self, name: str) -> Path:
        return self.folder / name / "migrated"


def migration(name: str, database: str, environment: Mapping[str, str]) -> commands.Command:
    """The command that migrates the database of a context or driver."""
    variables = {**environment, **splitting.own_variables(name, database)}
    return commands.Command(["migrate", "--verbosity", "0"], variables, f"{name} cannot be migrated")
