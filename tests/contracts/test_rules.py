"""Every rule finds its violations, and accepts what only resembles one."""

import os
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import idl
from tests.contracts import cases
from tests.contracts.cases import case
from thriftshop.contracts import findings, lint, rules, snapshots
from thriftshop.contracts.findings import Finding

KNOWN = ("desk", "hall", "shelf", "spare")
LINTED = {rule.id for rule in rules.LINT}
DOCUMENT = Path(idl.ROOT).parent / "docs" / "contracts.md"

needs_compiler = pytest.mark.skipif(
    shutil.which("thrift") is None and not os.environ.get("CI"),
    reason="Apache's compiler is not installed (Debian: thrift-compiler)",
)


def found_after(rule: str, edit: cases.Edit, monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    for name, value in edit.environment.items():
        monkeypatch.setenv(name, value)
    after = case.edited(edit)
    if rule in LINTED:
        return lint.check(after, KNOWN)
    return snapshots.changes(replace(case.right(), retired=edit.retired), after)


def test_every_rule_has_a_change_that_breaks_it_and_one_that_does_not():
    assert set(cases.ALL) == set(rules.ALL)


@needs_compiler
@pytest.mark.parametrize("rule", rules.ALL)
def test_a_rule_detects_its_violation(rule, monkeypatch):
    found = found_after(rule, cases.ALL[rule].breaks, monkeypatch)
    subjects = {one.subject for one in found if one.rule.id == rule}
    assert cases.ALL[rule].subject in subjects, findings.as_text(found)


@needs_compiler
@pytest.mark.parametrize("rule", rules.ALL)
def test_a_rule_accepts_similar_harmless_changes(rule, monkeypatch):
    edit = cases.ALL[rule].near
    assert case.edited(edit) != case.right(), "the near miss changes nothing"
    found = found_after(rule, edit, monkeypatch)
    assert [one for one in found if one.rule.id == rule] == [], findings.as_text(found)


@needs_compiler
def test_the_contracts_that_the_cases_start_from_break_no_rule():
    assert lint.check(case.right(), KNOWN) == []
    assert snapshots.changes(case.right(), case.right()) == []


@pytest.mark.parametrize("rule", rules.ALL.values(), ids=lambda rule: rule.id)
def test_a_rule_explains_the_change_the_reason_and_the_alternative(rule):
    assert rule.severity in (rules.BREAKING, rules.ERROR, rules.WARNING)
    for words in (rule.what, rule.why, rule.instead):
        assert words.endswith((".", "`."))
        assert words[0].isupper() or words[0] == "`"
        assert "|" not in words, "it would end a cell of the table"


def test_the_document_links_to_the_table_of_the_rules():
    link = re.search(r"\]\((\S+/rules\.md)\)", DOCUMENT.read_text())
    assert link
    assert (DOCUMENT.parent / link[1]).read_text() == rules.TEXT


def test_the_table_has_no_line_that_is_not_a_rule():
    rows = [line for line in rules.TEXT.splitlines() if line.startswith("|")]
    headings = [line for line in rows if line.startswith(("| rule |", "| ---"))]
    assert len(rows) - len(headings) == len(rules.ALL) == len(rules.LINT) + len(rules.CHANGES)


def test_a_location_in_a_removed_declaration_names_its_parent():
    after = case.edited(cases.ALL["field-removed"].breaks)
    (found,) = snapshots.changes(case.right(), after)
    line = next(n for n, text in enumerate(after.texts["shelf.thrift"].splitlines(), 1) if "struct Book {" in text)
    assert (found.file, found.line) == ("idl/shelf.thrift", line)


def test_a_changed_type_is_reported_with_the_methods_that_use_it():
    (found,) = snapshots.changes(case.right(), case.edited(cases.ALL["field-removed"].breaks))
    assert found.used_in == (
        "answer of ShelfService.get_book",
        "answer of ShelfService.get_books",
        "answer of ShelfService.put_book",
    )
    event = case.edited(case.replacing("struct BookTaken {", "struct BookTaken {\n  2: required string who,"))
    (found,) = snapshots.changes(case.right(), event)
    assert found.used_in == ("stored events of shelf",)


def test_contracts_of_2018_are_left_as_they_are_but_may_not_change():
    assert [one for one in lint.check(case.right(), KNOWN) if "legacy" in one.subject] == []
    after = case.edited(case.replacing("string getIt(string itemId)", "string getIt(string itemId, i32 version)"))
    assert {change.rule.id for change in snapshots.changes(case.right(), after)} == {"argument-added"}


def test_swapped_names_are_numbers_that_moved():
    swapped = case.replacing(
        "1: required i64 amount", "2: required i64 amount", "2: required string currency", "1: required string currency"
    )
    found = snapshots.changes(case.right(), case.edited(swapped))
    assert {(one.rule.id, one.subject) for one in found} == {
        ("field-renumbered", "common.Money.amount"),
        ("field-renumbered", "common.Money.currency"),
    }
