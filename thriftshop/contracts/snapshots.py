"""Snapshots of all contracts: of a folder or of a commit."""

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from graphql import GraphQLError

import idl
from thriftshop.contracts import compatibility, findings, graphql_changes, model, reading, writing
from thriftshop.contracts.findings import Finding

SCHEMA = "schema.graphql"


class Unavailable(Exception):
    """A snapshot is not available; the message says why and what to do."""


@dataclass(frozen=True)
class Snapshot:
    """The texts of the IDL files by path relative to idl/, and the GraphQL schema. `label` is its name for people;
    `retired` maps numbers that were removed earlier (`catalog.Product field 5`) to their declarations."""

    label: str
    texts: Mapping[str, str]
    schema: str
    retired: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def library(self) -> model.Library:
        """The parsed contracts. Raises Unavailable."""
        try:
            return reading.read_texts(self.texts)
        except reading.Unreadable as problem:
            raise Unavailable(f"{self.label} cannot be read: {problem}") from None

    @cached_property
    def bare(self) -> dict[str, str]:
        """Normalised texts without comments, for comparison. Raises Unavailable."""
        texts = {contract.path: writing.text_of(contract) for contract in self.library}
        try:
            return {**texts, SCHEMA: graphql_changes.without_descriptions(self.schema) if self.schema else ""}
        except GraphQLError as problem:
            raise Unavailable(f"{SCHEMA} of {self.label} cannot be read: {problem}") from None


def current(folder: Path = idl.ROOT) -> Snapshot:
    """The contracts of a folder, by default the current ones. Raises Unavailable."""
    texts = reading.texts_of(folder)
    if not texts:
        raise Unavailable(f"{folder} has no contracts (*.thrift).")
    schema = folder / SCHEMA
    return Snapshot(str(folder), texts, schema.read_text("utf-8") if schema.exists() else "")


def committed(ref: str, repository: Path = idl.ROOT.parent) -> Snapshot:
    """The contracts of a commit, branch or tag. Raises Unavailable."""
    commit = _git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}").strip()
    if not commit:
        raise Unavailable(f"{ref!r} is not a lock file, a folder or a commit of this repository.")
    names = _git(repository, "ls-tree", "-r", "--name-only", "-z", commit, "--", "idl").split("\0")
    files = {name.removeprefix("idl/"): name for name in names if name.endswith((".thrift", f"/{SCHEMA}"))}
    texts = {path: _git(repository, "show", f"{commit}:{name}") for path, name in files.items()}
    schema = texts.pop(SCHEMA, "")
    if not texts:
        raise Unavailable(f"The commit {ref!r} has no contracts in idl/.")
    return Snapshot(ref, texts, schema)


def _git(repository: Path, *arguments: str) -> str:
    git = shutil.which("git")
    if git is None:
        raise Unavailable("git is not installed: compare with a lock or a folder instead of a commit.")
    ended = subprocess.run(  # noqa: S603 - git, with arguments of our own and a verified commit
        [git, "-C", str(repository), *arguments], capture_output=True, check=False
    )
    return ended.stdout.decode("utf-8", "replace") if ended.returncode == 0 else ""


def changes(old: Snapshot, new: Snapshot) -> list[Finding]:
    """The findings for a change of the contracts, Thrift and GraphQL. Raises Unavailable."""
    results = compatibility.compare(old.library, new.library, old.retired)
    try:
        schema_changes = graphql_changes.compare(old.schema, new.schema)
    except (GraphQLError, TypeError) as problem:  # graphql-core raises TypeError for SDL that it cannot build
        raise Unavailable(f"{SCHEMA} of {old.label} or {new.label} is not a valid schema: {problem}") from None
    return findings.in_order([*results, *schema_changes])
