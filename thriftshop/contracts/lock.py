"""The lock file: the contracts as last accepted, and every breaking change that was accepted."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import idl
from thriftshop.contracts import numbers
from thriftshop.contracts.findings import Finding
from thriftshop.contracts.snapshots import SCHEMA, Snapshot, Unavailable

FILE = Path(idl.ROOT) / "contracts.lock"
HEAD = "# The contracts as last accepted; `manage.py contracts check` compares with them, `contracts lock` writes this file.\n"
PART = re.compile(r"^==> (?P<name>\S+) <==\n", re.MULTILINE)
ACCEPTED, RETIRED = "accepted", "retired"


@dataclass(frozen=True)
class Lock:
    """The contracts without comments, and the accepted breaking changes, oldest first, each with `date`, `reason`, `rule`,
    `subject` and `what`."""

    snapshot: Snapshot
    accepted: tuple[Mapping[str, str], ...]


def read(path: Path) -> Lock:
    """Read a lock file. Raises Unavailable."""
    if not path.exists():
        raise Unavailable(f"There is no lock {path}: write it with `manage.py contracts lock`.")
    parts = PART.split(path.read_text("utf-8"))
    texts = dict(zip(parts[1::2], parts[2::2], strict=True))
    accepted, retired = _lines(path, texts.pop(ACCEPTED, "")), _lines(path, texts.pop(RETIRED, ""))
    schema = texts.pop(SCHEMA, "")
    if not texts:
        raise Unavailable(f"{path} is not a lock: it has no contracts. `manage.py contracts lock` writes one.")
    meanings = {entry["number"]: entry["was"] for entry in retired}
    return Lock(Snapshot(path.name, texts, schema, meanings), tuple(accepted))


def _lines(path: Path, text: str) -> list[dict[str, str]]:
    try:
        return [json.loads(line) for line in text.splitlines() if line]
    except json.JSONDecodeError as problem:
        raise Unavailable(f"{path} is damaged ({problem}): restore it from git.") from None


def text_of(lock: Lock) -> str:
    """The text of the lock file; equal for contracts that differ only in comments."""
    retired = [{"number": number, "was": was} for number, was in sorted(lock.snapshot.retired.items())]
    parts = {ACCEPTED: _jsons(lock.accepted), RETIRED: _jsons(retired), **lock.snapshot.bare}
    return HEAD + "".join(f"==> {name} <==\n{text}" for name, text in parts.items())


def _jsons(lines: Iterable[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(dict(line), ensure_ascii=False) + "\n" for line in lines)


def renewed(old: Lock | None, now: Snapshot, agreed: Iterable[Finding] = (), reason: str = "", date: str = "") -> Lock:
    """The lock for the current contracts: records the accepted findings, and retires numbers that are no longer used."""
    before = old.snapshot if old else None
    retired = dict(before.retired) if before else {}
    used = numbers.in_use(now.library)
    if before:
        retired |= numbers.in_use(before.library)
    retired = {number: was for number, was in retired.items() if number not in used}
    records = [*(old.accepted if old else ()), *_records(agreed, reason, date)]
    return Lock(Snapshot(FILE.name, now.texts, now.schema, retired), tuple(records))


def _records(agreed: Iterable[Finding], reason: str, date: str) -> Iterator[dict[str, str]]:
    for accepted in agreed:
        record = {
            "date": date,
            "reason": reason,
            "rule": accepted.rule.id,
            "subject": accepted.subject,
            "what": accepted.what,
        }
        yield record


def new_names(old: Snapshot, now: Snapshot) -> list[str]:
    """Names that are new, sorted, without the members of new declarations."""
    added = numbers.names(now.library) - numbers.names(old.library)
    return sorted(name for name in added if name.rpartition(".")[0] not in added)
