"""`manage.py contracts`: checks the style and the compatibility of the contracts, and writes their lock."""

import argparse
import json
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from thriftshop import clock, contexts
from thriftshop.contracts import findings, lint, lock, rules, snapshots
from thriftshop.contracts.findings import Finding

LOCK = "lock"
BROKEN, UNUSABLE = 1, 2
HELP = """\
Checks the contracts: the Thrift files of idl/ and idl/schema.graphql.

  lint    check their style: compiled, documented, named by convention
  check   check their compatibility with the lock (or any commit)
  lock    accept the current contracts, for comparison with the next change
  rules   list all rules, with the reason and what to do instead
"""
EXAMPLES = """\
Examples:
  manage.py contracts check                     what have I changed since the lock?
  manage.py contracts check --against main      and since the branch main?
  manage.py contracts lock                      accept it (refused if something breaks)
  manage.py contracts lock --accept-breaking "nobody called it since May"

Exit codes: 0 success, 1 violations (with --strict also warnings), 2 the check could not run.
docs/contracts.md explains how contracts may change.
"""


class Command(BaseCommand):
    """Checks the contracts."""

    help = HELP
    requires_system_checks = []

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> Any:
        """Keep the line breaks of the help."""
        options |= {"formatter_class": argparse.RawDescriptionHelpFormatter, "epilog": EXAMPLES}
        return super().create_parser(prog_name, subcommand, **options)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add a sub-command for each action."""
        actions = parser.add_subparsers(dest="action", required=True, metavar="lint | check | lock | rules")
        linted = actions.add_parser("lint", help="check the style of the contracts")
        checked = actions.add_parser("check", help="check what changes of the contracts break")
        for action in (linted, checked):
            action.add_argument("--json", action="store_true", help="print JSON")
            action.add_argument("--strict", action="store_true", help="fail on warnings and on an outdated lock")
        checked.add_argument(
            "--against",
            default=LOCK,
            metavar="lock|COMMIT|PATH",
            help="compare with the lock (idl/contracts.lock), a commit, branch or tag, a folder or a lock file",
        )
        locked = actions.add_parser("lock", help="write the lock from the current contracts")
        locked.add_argument(
            "--accept-breaking", default="", metavar="REASON", help="accept breaking changes, with the reason"
        )
        rules = actions.add_parser("rules", help="list all rules, with the reason and what to do instead")
        form = rules.add_mutually_exclusive_group()
        form.add_argument("--markdown", action="store_true", help="as Markdown tables")
        form.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *_: Any, action: str, **options: Any) -> None:
        """Run the action. Raises CommandError with the exit code."""
        actions: dict[str, Callable[[dict[str, Any]], None]] = {
            "lint": self._lint,
            "check": self._check,
            "lock": self._lock,
            "rules": self._rules,
        }
        try:
            actions[action](options)
        except snapshots.Unavailable as problem:
            raise CommandError(str(problem), returncode=UNUSABLE) from None

    def _lint(self, options: dict[str, Any]) -> None:
        now = snapshots.current()
        results = lint.check(now, contexts.known_callers())
        fine = f"{len(now.texts)} contracts and the GraphQL schema follow the style rules."
        self._report(results, options, fine, {})

    def _check(self, options: dict[str, Any]) -> None:
        now, old = snapshots.current(), _named(options["against"])
        results = snapshots.changes(old, now)
        is_outdated = options["against"] == LOCK and old.bare != now.bare
        new = lock.new_names(old, now)
        fine = f"Nothing breaks for users of {old.label}."
        if new:
            fine += f" New: {', '.join(new)}."
        if is_outdated:
            fine += " The lock is outdated: run `manage.py contracts lock` and commit it with the change."
        more = {"against": old.label, "lock_is_behind": is_outdated, "new": new}
        self._report(results, options, fine, more, fails=is_outdated and options["strict"])

    def _report(
        self, results: Sequence[Finding], options: dict[str, Any], fine: str, more: dict[str, Any], fails: bool = False
    ) -> None:
        failing = findings.failing(results, options["strict"])
        if options["json"]:
            counts = {"failing": len(failing), "warnings": sum(not result.rule.fails for result in results)}
            self.stdout.write(json.dumps({**more, **counts, "findings": findings.as_data(results)}, indent=2))
        elif results:
            self.stdout.write(findings.as_text(results) + "\n")
        if failing:
            raise CommandError(f"{_count(failing)}. `manage.py contracts rules` explains.", returncode=BROKEN)
        if fails:
            raise CommandError(fine, returncode=BROKEN)
        if not options["json"]:
            self.stdout.write(fine)

    def _lock(self, options: dict[str, Any]) -> None:
        now, old = snapshots.current(), lock.read(lock.FILE) if lock.FILE.exists() else None
        results = snapshots.changes(old.snapshot, now) if old else []
        breaking, reason = findings.failing(results), options["accept_breaking"].strip()
        if results:
            self.stdout.write(findings.as_text(results) + "\n")
        if breaking and not reason:
            raise CommandError(
                f"The lock was not written: {_count(breaking)}. Follow the advice above; if all users of the old contract are"
                " known to have moved on, give the reason: `contracts lock --accept-breaking REASON`.",
                returncode=BROKEN,
            )
        today = clock.datetime_of(clock.now()).date().isoformat()
        lock.FILE.write_text(lock.text_of(lock.renewed(old, now, breaking, reason, today)), "utf-8")
        agreed = f"; {len(breaking)} breaking changes were accepted" if breaking else ""
        self.stdout.write(
            f"idl/{lock.FILE.name} was written: {len(now.texts)} contracts and the GraphQL schema{agreed}."
        )

    def _rules(self, options: dict[str, Any]) -> None:
        if options["markdown"]:
            self.stdout.write(rules.TEXT)
            return
        if options["json"]:
            self.stdout.write(json.dumps([asdict(rule) for rule in rules.ALL.values()], indent=2))
            return
        for rule in rules.ALL.values():
            self.stdout.write(f"{rule.id} ({rule.severity})\n    {rule.what}\n    {rule.why}\n    {rule.instead}\n")


def _named(against: str) -> snapshots.Snapshot:
    """The snapshot for a name: the lock, a folder, a lock file, or a commit."""
    path = Path(against)
    if against == LOCK:
        return lock.read(lock.FILE).snapshot
    if against and path.is_dir():
        return snapshots.current(path)
    return lock.read(path).snapshot if path.is_file() else snapshots.committed(against)


def _count(failing: Sequence[Finding]) -> str:
    kinds = {kind: sum(result.rule.severity == kind for result in failing) for kind in ("breaking", "error", "warning")}
    labels = {"breaking": "breaking change", "error": "error", "warning": "warning"}
    return ", ".join(f"{n} {labels[kind]}{'s' * (n > 1)}" for kind, n in kinds.items() if n)
