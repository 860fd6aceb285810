"""A case: edits of a small set of valid contracts."""

from dataclasses import dataclass, field
from pathlib import Path

from thriftshop.contracts import snapshots

FOLDER = Path(__file__).parent / "shop"


@dataclass(frozen=True)
class Edit:
    """What is replaced in which text (each must occur exactly once), which files go, and what else is different."""

    replaced: tuple[tuple[str, str], ...] = ()
    without: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    retired: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """An edit that breaks a rule, about this subject, and one that comes near and does not."""

    subject: str
    breaks: Edit
    near: Edit


def replacing(*pairs: str) -> Edit:
    """An edit of texts: before, after, before, after ..."""
    return Edit(tuple(zip(pairs[::2], pairs[1::2], strict=True)))


def right() -> snapshots.Snapshot:
    """The small set of contracts as it is: nothing is wrong with it."""
    return snapshots.current(FOLDER)


def edited(edit: Edit) -> snapshots.Snapshot:
    """The small set of contracts after an edit."""
    before = right()
    texts = {**before.texts, snapshots.SCHEMA: before.schema}
    for old, new in edit.replaced:
        (name,) = [name for name, text in texts.items() if old in text]
        assert texts[name].count(old) == 1, f"{old!r} is not one place in {name}"
        texts[name] = texts[name].replace(old, new)
    for name in edit.without:
        del texts[name]
    schema = texts.pop(snapshots.SCHEMA, "")
    return snapshots.Snapshot("edited", texts, schema)
