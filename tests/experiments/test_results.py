"""The results of a flag: verdicts for planted effects, the page in every state, the file, and who may decide."""

import csv

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse

from apps.experiments.service import results, settling
from apps.experiments.statistics import sentences
from idl import experiments
from tests import acting
from tests.experiments import facts, steps
from thriftshop import clock

pytestmark = pytest.mark.django_db
STATE = experiments.FlagState
PLAN = experiments.Plan(goal=experiments.Goal.CONVERSION, min_lift=1_000, visitors=3_000)
EQUAL = {"blue": 1_500, "green": 1_500}


@pytest.fixture
def admin(client):
    """A browser in which a superuser is logged in."""
    client.force_login(get_user_model().objects.create_superuser(email="boss@shop.example", name="Bea Boss"))
    return client


@pytest.fixture
def plant(db):
    """A flag that has run for two weeks, with planted visitors and orders."""

    def planted(visitors=EQUAL, blue=0.04, green=0.08, days=14, **changes):
        began = facts.start_in_the_past(days, **({"plan": PLAN} | changes))
        facts.plant(began, visitors=visitors, rates={"blue": blue, "green": green}, days=days)
        settling.settle()

    return planted


def flag(key="button"):
    with steps.as_staff():
        return next(flag for flag in steps.service().get_flags() if flag.key == key)


def headline():
    return sentences.headline(results.of(flag()).verdict)


def page(admin, key="button", **query):
    response = admin.get(reverse("admin:experiments_flag_results", args=[key]), query)
    assert response.status_code == 200
    return response.content.decode()


def decide(admin, name, **fields):
    """The message after a decision on the page of the results."""
    sent = {"from": "results", "confirmed": "on", "version": flag().version, "reason": "It won."} | fields
    response = admin.post(reverse("admin:experiments_flag_do", args=["button", name]), sent, follow=True)
    assert response.redirect_chain == [(reverse("admin:experiments_flag_results", args=["button"]), 302)]
    (message,) = response.context["messages"]
    return str(message)


def test_a_planted_effect_is_shipped(plant, admin):
    plant()
    assert headline() == "Ship green"
    shown = page(admin)
    assert "Ship green" in shown
    assert "green is better in conversion" in shown
    assert shown.count("ts-figure") == 3


def test_no_effect_is_not_shipped(plant):
    plant(blue=0.06, green=0.06, plan=None)
    assert headline().startswith("Not yet, about ")


def test_a_planted_harm_keeps_the_default(plant):
    plant(blue=0.08, green=0.03)
    assert headline() == "Keep blue"


def test_visitors_who_are_not_divided_as_planned_are_not_trusted(plant, admin):
    plant({"blue": 1_500, "green": 1_200})
    assert headline() == "Do not trust: the split is off"
    assert "The variants have other shares of the visitors than planned" in page(admin)


def test_too_many_visitors_of_several_variants_are_not_trusted(plant):
    plant()
    began = clock.now() - facts.DAY
    facts.apply_together(facts.exposed(f"blue-{number:08}", "green", began, 2) for number in range(100))
    settling.settle()
    assert headline() == "Do not trust: visitors saw more than one variant"


def test_an_effect_is_not_shipped_in_the_first_week(plant):
    plant(days=3)
    assert headline() == "Not yet, about 4 more days"


def test_a_goal_may_be_revenue(plant):
    plant(plan=experiments.Plan(goal=experiments.Goal.REVENUE, min_lift=1_000, visitors=3_000))
    found = results.of(flag())
    assert found.goal == "revenue per visitor"
    assert sentences.headline(found.verdict) == "Ship green"


def test_the_interval_narrows_and_the_days_add_up(plant):
    plant()
    found = results.of(flag())
    assert {variant: sum(counts) for variant, counts in found.exposures.items()} == EQUAL
    widths = [look.interval.width for look in found.looks["green"] if look.lift is not None]
    assert len(widths) > 5
    assert widths[-1] == min(widths)
    assert found.looks["green"][-1].lift == pytest.approx(found.comparisons[0].effect.difference)


def test_failing_operations_are_harm(plant):
    """The green variant sells more, but fails."""
    plant()
    minutes = [(f"a gateway, minute {number}", number < 40) for number in range(80)]
    for key, is_worse in minutes:
        blue = steps.operations("blue", visitors=20, failed=0, at=clock.now())
        green = steps.operations("green", visitors=20, failed=4 if is_worse else 5, at=clock.now())
        steps.measure(blue, green, key=key)
    steps.project_all()
    found = results.of(flag())
    assert found.has_operations
    assert sentences.headline(found.verdict) == "Keep blue"
    assert "green does harm in share of operations failed: worse by more than 0.005." in [
        sentences.sentence(reason) for reason in found.verdict.reasons
    ]


def test_measured_twice_under_one_key_counts_once():
    steps.start()
    assert steps.measure(steps.operations(), steps.operations("green")) == 2
    assert steps.measure(steps.operations(), steps.operations("green")) == 0


@pytest.mark.parametrize(
    "impossible",
    [{"visitors": 0}, {"variant": "red"}, {"flag": "other"}, {"failed": 100}, {"visitors": 3, "each": 0}],
)
def test_operations_that_no_visitors_can_have_are_left_out(impossible):
    steps.start()
    assert steps.measure(steps.operations(**impossible)) == 0


def test_a_flag_without_exposures_has_nothing_to_show_yet(admin):
    steps.start()
    shown = page(admin)
    assert "Not yet" in shown
    assert "No visitors yet." in shown
    assert "results start at 100" in shown


def test_a_draft_calculates_how_long_it_will_take(admin):
    steps.create()
    assert "The flag was never started." in page(admin)
    shown = page(admin, rate="5", lift="10", daily="3000")
    assert "106,874 visitors, 36 days" in shown
    assert "62,462 visitors" in shown
    assert "<strong>" not in page(admin, rate="nothing", lift="10", daily="3000").split("How long it will take")[1]


def test_a_flag_with_a_single_variant_compares_nothing(admin):
    steps.start(variants=steps.variants({"blue": 1}))
    assert "The flag compares nothing" in page(admin)
    assert admin.get(reverse("admin:experiments_flag_results_file", args=["button"])).status_code == 404


def test_three_variants_are_each_compared_with_the_default(plant, admin):
    began = facts.start_in_the_past(weights={"red": 1, "blue": 1, "green": 1}, plan=PLAN)
    facts.plant(
        began, visitors=dict.fromkeys(("blue", "green", "red"), 1_000), rates={"blue": 0.03, "green": 0.09, "red": 0.03}
    )
    settling.settle()
    assert results.of(flag()).plan.treatments == ("red", "green")
    assert headline() == "Ship green"
    assert page(admin).count("ts-figure") == 4


def test_the_page_ships_the_variant_and_says_so_afterwards(plant, admin):
    plant()
    assert decide(admin, "ship", variant="green") == "Ship: done."
    assert (flag().state, flag().shipped) == (STATE.SHIPPED, "green")
    shown = page(admin)
    assert "Ship green" in shown
    assert "Shipped" in shown
    history = admin.get(reverse("admin:experiments_flag_change", args=["button"])).content.decode()
    assert "Shipped green to everyone" in history
    assert "It won." in history


def test_the_page_stops_the_flag(plant, admin):
    plant()
    assert decide(admin, "stop", reason="Enough.") == "Stop now: done."
    assert flag().state == STATE.STOPPED


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"confirmed": ""}, "Confirm it"),
        ({"reason": ""}, "Reason"),
        ({"version": 1}, "changed meanwhile"),
        ({"variant": "red"}, "has no variant"),
    ],
)
def test_a_decision_without_what_it_needs_changes_nothing(plant, admin, fields, problem):
    plant(visitors={"blue": 2, "green": 2})
    message = decide(admin, "ship", **({"variant": "green"} | fields))
    assert message.startswith("Nothing was changed.")
    assert problem in message
    assert flag().state == STATE.RUNNING


def test_a_version_is_checked_by_the_service():
    steps.start()
    with steps.as_staff(), pytest.raises(experiments.common.InvalidInput, match="changed meanwhile"):
        steps.service().stop_flag("button", "Enough.", 1)
    steps.do("stop_flag", "button", "Enough.", flag().version)


def test_the_file_has_all_figures(plant, admin):
    plant()
    response = admin.get(reverse("admin:experiments_flag_results_file", args=["button"]))
    assert response["Content-Disposition"] == 'attachment; filename="button-results.csv"'
    lines = list(csv.reader(response.content.decode().splitlines()))
    conversion = dict(zip(lines[0], lines[1], strict=True))
    assert (conversion["Metric"], conversion["Variant"]) == ("conversion", "green")
    assert float(conversion["Value"]) == pytest.approx(0.08)
    assert float(conversion["Control"]) == pytest.approx(0.04)
    assert float(conversion["Lift from"]) > 0
    empty = lines.index([])
    assert sum(int(line[1]) for line in lines[empty + 2 :]) == EQUAL["blue"]


@pytest.mark.parametrize(
    ("names", "page_status", "may_decide"),
    [((), 403, False), (("view_flag",), 200, False), (("view_flag", "change_flag"), 200, True)],
)
def test_who_may_see_and_decide(client, names, page_status, may_decide):
    steps.start()
    user = get_user_model().objects.create_user(email="sam@shop.example", password="a long password", name="Sam")
    user.is_staff = True
    user.save()
    user.user_permissions.set(Permission.objects.filter(codename__in=names, content_type__app_label="experiments"))
    client.force_login(user)
    response = client.get(reverse("admin:experiments_flag_results", args=["button"]))
    assert response.status_code == page_status
    assert (b"I have read the verdict" in response.content) == may_decide
    file = client.get(reverse("admin:experiments_flag_results_file", args=["button"]))
    assert file.status_code == page_status
    sent = {"from": "results", "confirmed": "on", "reason": "Enough."}
    assert client.post(reverse("admin:experiments_flag_do", args=["button", "stop"]), sent).status_code == (
        302 if may_decide else 403
    )
    assert (flag().state == STATE.STOPPED) == may_decide


def test_strangers_are_sent_to_the_login(client):
    steps.start()
    response = client.get(reverse("admin:experiments_flag_results", args=["button"]))
    assert response.status_code == 302
    assert "login" in response["Location"]


def test_a_plan_is_entered_and_fixed_by_the_start(admin):
    steps.create(plan=PLAN)
    shown = admin.get(reverse("admin:experiments_flag_change", args=["button"])).content.decode()
    assert "conversion, at least 10 % better, 3,000 visitors" in shown
    steps.do("start_flag", "button")
    with steps.as_staff(), pytest.raises(experiments.common.Conflict, match="fixed once a flag was started"):
        steps.service().edit_flag(steps.draft("button", plan=None))


@pytest.mark.parametrize("changes", [{"min_lift": 0}, {"min_lift": 10_001}, {"visitors": 199}, {"visitors": 10**9 + 1}])
def test_an_impossible_plan_is_refused(changes):
    plan = experiments.Plan(**({"goal": 1, "min_lift": 500, "visitors": 1_000} | changes))
    with acting.as_staff("experiments"), pytest.raises(experiments.common.InvalidInput):
        steps.service().create_flag(steps.draft(plan=plan))
