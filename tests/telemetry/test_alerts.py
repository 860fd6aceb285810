"""Alerts: promtool accepts the rules, each alert fires and is silent in a test, and each has a runbook."""

from pathlib import Path

import pytest
import yaml
from prometheus_client import REGISTRY

from tests.services import ROOT, prometheus, running
from thriftshop.dashboards import files, objectives, rules
from thriftshop.processes import serving
from thriftshop.telemetry import exposition

TESTS = sorted((Path(__file__).parent / "alerts").glob("*.yml"))
PARTS = ("**Fires when**", "**It means**", "**Look at**", "**Do**")


@pytest.fixture(autouse=True)
def promtool():
    running.require(prometheus.is_installed(), prometheus.MISSING)


def test_promtool_accepts_the_rules():
    checked = prometheus.promtool("check", "rules", files.RULES)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "SUCCESS" in checked.stdout


@pytest.mark.parametrize("file", TESTS, ids=lambda file: file.stem)
def test_alerts_fire_and_are_silent_as_these_series_say(file):
    tested = prometheus.promtool("test", "rules", file)
    assert tested.returncode == 0, tested.stdout + tested.stderr


@pytest.mark.parametrize("name", rules.alert_names())
def test_every_alert_fires_in_one_test_and_is_silent_in_another(name):
    fires, is_silent = False, False
    for file in TESTS:
        for case in yaml.safe_load(file.read_text())["tests"]:
            for expected in case.get("alert_rule_test", ()):
                if expected["alertname"] == name:
                    fires, is_silent = fires or bool(expected["exp_alerts"]), is_silent or not expected["exp_alerts"]
            for expected in case.get("promql_expr_test", ()):
                if name in expected["expr"]:
                    (sample,) = expected["exp_samples"]
                    fires, is_silent = fires or sample["value"] > 0, is_silent or sample["value"] == 0
    assert (fires, is_silent) == (True, True)


@pytest.mark.parametrize("name", rules.alert_names())
def test_every_alert_has_a_runbook_that_says_what_to_do(name):
    text = (ROOT / rules.RUNBOOKS / f"{name}.md").read_text("utf-8")
    assert text.startswith(f"# {name}\n")
    positions = [text.index(part) for part in PARTS]
    assert positions == sorted(positions)


def test_every_runbook_belongs_to_an_alert():
    assert {path.stem for path in (ROOT / rules.RUNBOOKS).glob("*.md")} == set(rules.alert_names())


def test_every_alert_has_a_severity_a_summary_and_its_runbook():
    for group in rules.content()["groups"]:
        for rule in group["rules"]:
            if "alert" in rule:
                assert rule["labels"]["severity"] in ("page", "ticket")
                assert rule["annotations"]["summary"]
                assert rule["annotations"]["runbook"] == f"{rules.RUNBOOKS}/{rule['alert']}.md"


def test_promtool_accepts_the_metrics_and_their_names():
    checked = prometheus.promtool("check", "metrics", text=exposition.render("")[0].decode())
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


def test_the_series_of_failures_exist_before_the_first_failure():
    serving.warm()
    sample = REGISTRY.get_sample_value
    for type_ in ("query", "mutation"):
        labels = {"type": type_, "name": "", "outcome": "fault"}
        assert sample("thriftshop_graphql_seconds_count", labels) is not None
    for code in objectives.FAULT_CODES.split("|"):
        assert sample("thriftshop_graphql_refused_total", {"code": code}) is not None
