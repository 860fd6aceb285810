"""`manage.py contracts`: its output for people and for machines, the files it writes, and its exit codes."""

import json
import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

import idl
from tests.contracts.cases import case
from thriftshop.contracts import lock, snapshots

ROOT = Path(idl.ROOT).parent
REMOVED = case.replacing("  12: optional string remark", "")
ADDED = case.replacing("12: optional string remark", "12: optional string remark,\n  13: optional string note")
WARNED = case.replacing("pages = 100", "pages = 99")


@pytest.fixture
def shop(tmp_path, monkeypatch, settings):
    """A small set of contracts in force instead of the real ones, with a lock of its own; call it with an edit."""
    settings.ALL_CONTEXTS, settings.ALL_DRIVERS = ["shelf", "spare"], ["desk", "hall"]
    in_folder = snapshots.current
    monkeypatch.setattr(lock, "FILE", tmp_path / "contracts.lock")

    def stands(edit: case.Edit = case.Edit()) -> None:  # noqa: B008 - an edit is never changed
        state = case.edited(edit)
        monkeypatch.setattr(snapshots, "current", lambda folder=None: in_folder(folder) if folder else state)

    stands()
    return stands


def output_of(*arguments: str) -> str:
    out = StringIO()
    call_command("contracts", *arguments, stdout=out)
    return out.getvalue()


def refused(*arguments: str) -> tuple[int, str, str]:
    """The exit code, what was said, and with what words it ended."""
    out = StringIO()
    with pytest.raises(CommandError) as ended:
        call_command("contracts", *arguments, stdout=out)
    return ended.value.returncode, out.getvalue(), str(ended.value)


def test_the_contracts_in_force_are_written_as_they_should_be():
    assert "follow the style rules" in output_of("lint")


def test_the_lock_is_up_to_date():
    """A contract and its lock are committed together."""
    assert "Nothing breaks" in output_of("check", "--strict")


def test_a_missing_lock_is_reported_with_the_command_that_writes_it(shop):
    code, _, output = refused("check")
    assert code == 2
    assert "manage.py contracts lock" in output


def test_the_locked_contracts_are_compatible(shop):
    assert f"{len(case.right().texts)} contracts" in output_of("lock")
    assert output_of("check", "--strict") == "Nothing breaks for users of contracts.lock.\n"


def test_the_lock_does_not_change_with_comments(shop):
    output_of("lock")
    before = lock.FILE.read_text()
    shop(case.replacing("/** A remark. */", "/** Any remark at all. */", '"""A film."""\ntype', '"""A movie."""\ntype'))
    assert output_of("check", "--strict").startswith("Nothing breaks")
    output_of("lock")
    assert lock.FILE.read_text() == before


def test_an_addition_is_compatible_but_outdates_the_lock(shop):
    output_of("lock")
    shop(ADDED)
    output = output_of("check")
    assert "New: shelf.Book.note." in output
    assert "The lock is outdated" in output
    code, _, output = refused("check", "--strict")
    assert code == 1
    assert "manage.py contracts lock" in output
    output_of("lock")
    assert output_of("check", "--strict").startswith("Nothing breaks")


def test_a_warning_fails_only_in_strict_mode(shop):
    output_of("lock")
    shop(WARNED)
    output = output_of("check")
    assert "idl/shelf.thrift:27: warning: shelf.Book.pages: default was 100 and is 99 now [default-changed]" in output
    code, _, ended = refused("check", "--strict")
    assert (code, ended) == (1, "1 warning. `manage.py contracts rules` explains.")


def test_a_breaking_change_is_reported_with_location_reason_and_alternative(shop):
    output_of("lock")
    shop(REMOVED)
    code, output, ended = refused("check")
    assert (code, ended) == (1, "1 breaking change. `manage.py contracts rules` explains.")
    assert output == (
        "idl/shelf.thrift:21: breaking: shelf.Book.remark: field 12 (`string remark`) was removed [field-removed]\n"
        "    why      Old readers no longer receive it; stored events lose it when they are read; its number may be"
        " given another meaning.\n"
        "    used in  answer of ShelfService.get_book; answer of ShelfService.get_books; answer of"
        " ShelfService.put_book\n"
        "    instead  Keep it and mark it deprecated; stop filling it if it is optional.\n"
    )


def test_machines_get_the_same_as_json(shop):
    output_of("lock")
    shop(REMOVED)
    code, output, _ = refused("check", "--json")
    document = json.loads(output)
    assert code == 1
    assert (document["against"], document["lock_is_behind"], document["failing"], document["warnings"]) == (
        "contracts.lock",
        True,
        1,
        0,
    )
    (found,) = document["findings"]
    assert (found["rule"], found["severity"], found["subject"]) == ("field-removed", "breaking", "shelf.Book.remark")
    assert (found["file"], found["line"]) == ("idl/shelf.thrift", 21)
    assert found["why"]
    assert found["instead"]


def test_the_json_output_contains_nothing_else(shop):
    output_of("lock")
    assert json.loads(output_of("check", "--json"))["findings"] == []


def test_the_lock_is_not_written_after_a_breaking_change(shop):
    output_of("lock")
    before = lock.FILE.read_text()
    shop(REMOVED)
    code, output, ended = refused("lock")
    assert code == 1
    assert "[field-removed]" in output
    assert "--accept-breaking REASON" in ended
    assert refused("lock", "--accept-breaking", "  ")[0] == 1
    assert lock.FILE.read_text() == before


def test_an_accepted_breaking_change_is_recorded_and_its_number_stays_reserved(shop):
    output_of("lock")
    shop(REMOVED)
    assert "1 breaking changes were accepted" in output_of("lock", "--accept-breaking", "Nobody read it.")
    assert output_of("check", "--strict").startswith("Nothing breaks")
    (record,) = lock.read(lock.FILE).accepted
    assert record["reason"] == "Nobody read it."
    assert (record["rule"], record["subject"]) == ("field-removed", "shelf.Book.remark")
    assert record["date"].count("-") == 2
    shop(case.replacing("12: optional string remark", "12: optional i32 weight"))
    _, output, _ = refused("check")
    assert "was added as number 12, which was `string remark` [number-retired]" in output
    output_of("lock", "--accept-breaking", "All events were rewritten.")
    assert len(lock.read(lock.FILE).accepted) == 2
    assert lock.read(lock.FILE).snapshot.retired == {}


def test_a_commit_can_be_compared_with(tmp_path):
    git = shutil.which("git")
    assert git
    shutil.copytree(case.FOLDER, tmp_path / "idl")
    (tmp_path / "idl" / "README").write_text("no contract")
    for arguments in (
        ["init", "-q"],
        ["add", "idl"],
        ["-c", "user.name=A", "-c", "user.email=a@b.invalid", "commit", "-q", "-m", "Begin"],
        ["tag", "begun"],
    ):
        subprocess.run([git, "-C", tmp_path, *arguments], check=True)  # noqa: S603
    then = snapshots.committed("begun", tmp_path)
    assert then.bare == case.right().bare
    (tmp_path / "idl" / "spare.thrift").unlink()
    found = snapshots.changes(then, snapshots.current(tmp_path / "idl"))
    assert [one.rule.id for one in found] == ["file-removed"]


@pytest.mark.parametrize("name", ["no-such-branch", "--output=/nowhere", "HEAD:idl", ""])
def test_an_invalid_revision_is_reported(shop, name):
    code, _, output = refused("check", f"--against={name}")
    assert code == 2
    assert "is not a lock file, a folder or a commit" in output or "has no contracts" in output


def test_a_folder_and_a_lock_file_can_be_compared_with(shop, tmp_path):
    assert output_of("check", "--against", str(case.FOLDER)) == f"Nothing breaks for users of {case.FOLDER}.\n"
    output_of("lock")
    shop(REMOVED)
    other = shutil.copy(lock.FILE, tmp_path / "other.lock")
    assert refused("check", "--against", str(other))[0] == 1


def test_an_invalid_or_damaged_lock_is_reported(shop, tmp_path):
    none = tmp_path / "none.lock"
    none.write_text("Something else.\n")
    assert "is not a lock" in refused("check", "--against", str(none))[2]
    output_of("lock")
    damaged = tmp_path / "damaged.lock"
    damaged.write_text(lock.FILE.read_text().replace("==> accepted <==\n", '==> accepted <==\n{"date": \n'))
    assert "is damaged" in refused("check", "--against", str(damaged))[2]


def test_lint_reports_violations_and_fails(shop):
    shop(case.replacing("/** A remark. */", ""))
    code, output, ended = refused("lint")
    assert (code, ended) == (1, "1 error. `manage.py contracts rules` explains.")
    assert "shelf.Book.remark: the field has no doc comment [undocumented]" in output


def test_lint_continues_after_an_unreadable_contract(shop):
    shop(case.replacing("struct BookLost {", "struct BookLost"))
    code, output, _ = refused("lint", "--json")
    assert code == 1
    assert json.loads(output)["findings"][0]["rule"] == "unreadable"


def test_the_rules_explain_themselves():
    output = output_of("rules")
    assert "field-removed (breaking)" in output
    assert "Keep it and mark it deprecated" in output
    (removed,) = [rule for rule in json.loads(output_of("rules", "--json")) if rule["id"] == "field-removed"]
    assert removed["severity"] == "breaking"
    assert removed["what"] in output
    assert removed["why"] in output
    assert removed["instead"] in output
    written = output_of("rules", "--markdown")
    assert written.startswith("# The rules for contracts")
    assert "\n| `field-removed` | breaking | " in written


def test_the_command_has_a_help_text():
    ended = subprocess.run(
        [sys.executable, "manage.py", "contracts", "--help"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0
    for output in ("check --against main", "--accept-breaking", "Exit codes: 0 success, 1", "docs/contracts.md"):
        assert output in ended.stdout
