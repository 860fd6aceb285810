"""Everything that Apache's `thrift --audit` fails is a breaking change here, for small changes of our own contracts.

EVERY_CHANGE=1 tries all 13,000 of them (two minutes of CPU), else a sample that is the same each time.
"""

import os
import random
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contracts import mutations
from tests.contracts.cases import case
from thriftshop.contracts import compatibility, findings, live, model, writing

COMPILER = shutil.which("thrift")
FAILED = 2  # what the compiler ends with where the audit fails; 1 is a file that it cannot read

pytestmark = pytest.mark.skipif(
    COMPILER is None and not os.environ.get("CI"), reason="Apache's compiler is not installed (Debian: thrift-compiler)"
)
SAMPLE = 120
CONTRACTS = [one for one in live() if not one.is_legacy]


def texts_of(library: model.Library) -> dict[str, str]:
    return {one.path: writing.text_of(one) for one in library if not one.is_legacy}


class Auditor:
    """Apache's compiler over two folders of contracts."""

    def __init__(self, folder: Path, old: dict[str, str]) -> None:
        self.old, self.new = folder / "old", folder / "new"
        for place in (self.old, self.new):
            place.mkdir()
            for path, text in old.items():
                (place / path).write_text(text)

    def ended(self, path: str, text: str) -> int:
        """How the audit of one changed file ends: 0, 2 where it fails, 1 where there is nothing to be audited."""
        before = (self.new / path).read_text()
        (self.new / path).write_text(text)
        assert COMPILER, "CI must install Debian's thrift-compiler"
        try:
            return subprocess.run(  # noqa: S603 - Apache's compiler
                [COMPILER, "-Iold", self.old, "-Inew", self.new, "--audit", self.old / path, self.new / path],
                capture_output=True,
                check=False,
            ).returncode
        finally:
            (self.new / path).write_text(before)


@pytest.fixture(scope="module")
def auditor(tmp_path_factory):
    return Auditor(tmp_path_factory.mktemp("audit"), texts_of(live()))


def missed(auditor: Auditor, mutation: mutations.Mutation) -> bool:
    """Whether the audit fails this change and we would let it pass."""
    before = live()[mutation.contract.name]
    if auditor.ended(before.path, writing.text_of(mutation.contract)) != FAILED:
        return False
    old = model.Library({one.name: one for one in live() if one.name in (before.name, *before.includes)})
    new = model.Library({**old.contracts, before.name: mutation.contract})
    return findings.failing(compatibility.compare(old, new)) == []


@pytest.mark.slow
@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda one: one.name)
def test_every_small_change_that_the_audit_fails_is_breaking(auditor, contract):
    changes = list(mutations.of(contract))
    if not os.environ.get("EVERY_CHANGE"):
        changes = random.Random(contract.name).sample(changes, SAMPLE)
    assert [change.description for change in changes if missed(auditor, change)] == []


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_changes_upon_changes_that_the_audit_fails_are_breaking(auditor, data):
    contract = data.draw(st.sampled_from(CONTRACTS), label="contract")
    descriptions = []
    for _ in range(data.draw(st.integers(1, 3), label="how many")):
        mutation = data.draw(st.sampled_from(list(mutations.of(contract))))
        descriptions.append(mutation.description)
        contract = mutation.contract
    assert not missed(auditor, mutations.Mutation("; ".join(descriptions), contract)), descriptions


def test_the_audit_fails_breaking_changes_and_passes_others(auditor):
    """The comparison is worth something: the compiler reads the files and sees the plainest of changes."""
    contract = live()["catalog"]
    ends = [auditor.ended(one(contract).path, writing.text_of(one(contract))) for one in (as_it_is, without_a_struct)]
    assert ends == [0, FAILED]


def as_it_is(contract: model.Contract) -> model.Contract:
    return contract


def without_a_struct(contract: model.Contract) -> model.Contract:
    (page,) = [declaration for declaration in contract.declarations if declaration.name == "ProductPage"]
    return replace(
        contract, declarations=tuple(declaration for declaration in contract.declarations if declaration is not page)
    )


BLIND = [
    ("typedef string Code", "typedef binary Code"),
    ("12: optional string remark", "12: optional binary remark"),
    ("2: Place place", "2: Place place, 3: string reason"),
    ("drop_book(1: common.Code code)", "drop_book(1: common.Code code) throws (1: common.NotFound not_found)"),
    ("namespace rb Shelf", "namespace rb Shelves"),
    ('2: string reason (absent = "allowed")', "2: string reason"),
]


SWAPPED = "string id,\n  /** The id. */\n  2: optional string message"


@pytest.mark.parametrize(("before", "after"), BLIND, ids=[after or before for before, after in BLIND])
def test_changes_that_the_audit_misses_are_breaking(tmp_path, before, after):
    """As docs/contracts.md says; where a newer compiler sees it, the document wants changing."""
    assert_unseen(tmp_path, case.replacing(before, after))


def test_the_audit_takes_swapped_names_for_other_names(tmp_path):
    assert_unseen(tmp_path, case.replacing("string message,\n  /** The id. */\n  2: optional string id", SWAPPED))


def assert_unseen(folder: Path, edit: case.Edit) -> None:
    """The audit lets it pass, and we call it breaking."""
    old, new = case.right(), case.edited(edit)
    plain = {path: text for path, text in old.texts.items() if "/" not in path}
    auditor = Auditor(folder, plain)
    (changed,) = [path for path in plain if old.texts[path] != new.texts[path]]
    assert auditor.ended(changed, new.texts[changed]) == 0
    assert findings.failing(compatibility.compare(old.library, new.library))
