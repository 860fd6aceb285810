"""Flags in the admin: one is created, started, stopped and shipped; the pages are accessible in light and dark."""

import re

import pytest
from playwright.sync_api import expect

from apps.experiments.service import settling
from idl import experiments
from tests.browser import accessibility
from tests.experiments import facts, steps


@pytest.fixture
def enter(desk):
    """Enter a new flag with two variants."""

    def fill(**changes):
        desk.goto("/admin/experiments/flag/add/")
        fields = {
            "Key": "button",
            "Title": "The colour of the button",
            "Description": "A green button may sell more than a blue one.",
            "Default variant": "blue",
            "Share of visitors, in %": "40",
            "Layer": "checkout",
            "Only these countries": "GB DE",
        }
        for label, text in (fields | changes).items():
            desk.get_by_label(re.compile(f"^{re.escape(label)}:?$")).fill(text)
        for number, key in enumerate(("blue", "green"), start=1):
            desk.get_by_label(f"Key of variant {number}").fill(key)
            desk.get_by_label(f"Weight of variant {number}").fill("50")
            desk.get_by_label(f"Value (JSON) of variant {number}").fill(f'"{key}"')
        desk.get_by_role("button", name="Save").click()

    return fill


def message(desk, text):
    expect(desk.locator(".messagelist")).to_contain_text(text)


def test_a_flag_is_created_started_reweighted_and_stopped(desk, enter):
    enter(**{"Default variant": "red"})
    expect(desk.get_by_role("alert")).to_contain_text("Nothing was saved")
    accessibility.check(desk)
    desk.get_by_label("Default variant:").fill("blue")
    desk.get_by_role("button", name="Save").click()
    message(desk, "button was saved.")
    desk.get_by_role("button", name="Start").click()
    message(desk, "Start: done.")
    desk.get_by_label("Weight of green:").fill("150")
    desk.locator("#id_weights_reason").fill("Green is better.")
    desk.get_by_role("button", name="Set the weights").click()
    message(desk, "Set the weights: done.")
    expect(desk.get_by_role("region", name="Table: variants")).to_contain_text("75.0 %")
    accessibility.check(desk)
    desk.locator("#id_stop_reason").fill("Too many errors.")
    desk.get_by_role("button", name="Stop now").click()
    message(desk, "Stop now: done.")
    expect(desk.get_by_role("region", name="Table: history")).to_contain_text("Too many errors.")


def test_a_variant_is_shipped_and_the_list_says_so(desk):
    steps.start(description="A green button may sell more.")
    steps.expose(*(steps.exposure(f"visitor-{number}", "green" if number % 3 else "blue") for number in range(30)))
    steps.do("set_override", "button", "visitor-000000000001", "green")
    steps.project_all()
    desk.goto("/admin/experiments/flag/button/change/")
    accessibility.check(desk)
    desk.locator("#id_ship_variant").select_option("green")
    desk.locator("#id_ship_reason").fill("It won.")
    desk.get_by_role("button", name="Ship").click()
    message(desk, "Ship: done.")
    steps.project_all()
    desk.goto("/admin/experiments/flag/")
    expect(desk.locator("#result_list")).to_contain_text("Shipped")
    accessibility.check(desk)


@pytest.fixture
def results(desk):
    """Show the results of a flag with these visitors and shares of buyers."""

    def shown(visitors, rates, **changes):
        plan = experiments.Plan(goal=experiments.Goal.CONVERSION, min_lift=1_000, visitors=1_500)
        began = facts.start_in_the_past(plan=plan, **changes)
        facts.plant(began, visitors=visitors, rates=rates)
        settling.settle()
        desk.goto("/admin/experiments/flag/button/change/")
        desk.get_by_role("link", name="Results").click()
        expect(desk.get_by_role("heading", level=1)).to_have_text("Results")

    return shown


def test_results_lead_to_a_shipped_variant(desk, results):
    results({"blue": 800, "green": 800}, {"blue": 0.03, "green": 0.09})
    expect(desk.locator(".ts-verdict")).to_contain_text("Ship green")
    for name in ("Goal", "Guardrails", "Other metrics"):
        expect(desk.get_by_role("region", name=f"Table: {name.lower()}")).to_be_visible()
    desk.get_by_text("The figures as a table").nth(2).click()
    accessibility.check(desk)
    desk.get_by_role("button", name="Ship").click()
    expect(desk.locator(".ts-verdict")).to_contain_text("Ship green")  # a reason and a confirmation are required
    desk.locator("#id_ship_reason").fill("It sells more.")
    desk.locator("#confirm_ship").check()
    desk.get_by_role("button", name="Ship").click()
    message(desk, "Ship: done.")
    expect(desk.locator(".ts-about").first).to_contain_text("Shipped")
    accessibility.check(desk)


def test_results_that_cannot_be_trusted_say_so(desk, results):
    results({"blue": 800, "green": 600}, {"blue": 0.03, "green": 0.09})
    expect(desk.locator(".ts-verdict")).to_contain_text("Do not trust: the split is off")
    accessibility.check(desk)


def test_a_draft_and_a_flag_without_visitors_have_pages(desk):
    steps.create()
    desk.goto("/admin/experiments/flag/button/results/")
    expect(desk.locator(".ts-verdict")).to_contain_text("The flag was never started.")
    desk.get_by_label("Visitors a day").fill("3000")
    desk.get_by_role("button", name="Calculate").click()
    expect(desk.locator("#content-main")).to_contain_text("at most with a look every day")
    accessibility.check(desk)
    steps.do("start_flag", "button")
    desk.goto("/admin/experiments/flag/button/results/")
    expect(desk.locator(".ts-verdict")).to_contain_text("Not yet")
    accessibility.check(desk)
