"""Flags through their contract: who may change them, what is refused, and what each change does."""

import pytest

from apps.experiments.domain import allocation
from apps.experiments.domain.state import to_ranges
from apps.experiments.models import Exposure, Flag
from apps.experiments.projections import PROJECTIONS
from idl import common, experiments
from tests import acting
from tests.experiments import steps
from thriftshop.events import rebuild

pytestmark = pytest.mark.django_db
STATE = experiments.FlagState


def flags():
    with acting.as_stranger():
        return {flag.key: flag for flag in steps.service().get_flags()}


def test_a_flag_is_created_started_changed_and_shipped(transport):
    assert steps.create().state == STATE.DRAFT
    assert flags()["button"].allocations == []
    steps.do("start_flag", "button")
    steps.do("set_weights", "button", {"blue": 10, "green": 90}, "Green converts better.")
    shipped = steps.do("ship_variant", "button", "green", "It won.")
    assert (shipped.state, shipped.shipped, shipped.version) == (STATE.SHIPPED, "green", 4)
    assert len(shipped.allocations) == 2
    assert flags()["button"] == shipped


def test_the_history_says_who_changed_what_and_why():
    steps.start()
    steps.do("set_weights", "button", {"blue": 10, "green": 90}, "Green converts better.")
    steps.do("set_override", "button", "tester-1", "green")
    steps.do("stop_flag", "button", "Too many errors.")
    steps.create("other")
    changes = steps.do("get_history", "button")
    assert [(change.kind, change.summary, change.reason) for change in changes] == [
        ("FlagStopped", "Stopped", "Too many errors."),
        ("OverrideSet", "Tester tester-1 gets green", None),
        ("WeightsSet", "Weights: blue 50 → 10, green 50 → 90", "Green converts better."),
        ("FlagStarted", "Started", None),
        ("FlagCreated", "Created with blue, green", None),
    ]
    assert {change.actor for change in changes} == {acting.STAFF}


def test_an_edit_is_described_by_what_changed():
    steps.create()
    edited = steps.draft(title="Colour", audience=experiments.Audience(signed_in=True, countries=["GB"]), share=500)
    steps.do("edit_flag", edited)
    (change, _) = steps.do("get_history", "button")
    expected = "Edited title: “Button” → “Colour”; audience: everyone → logged in, in GB; share: 100 % → 5 %"
    assert change.summary == expected


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("key", {"key": "Not a key"}),
        ("title", {"title": "  "}),
        ("description", {"description": "x" * 2_001}),
        ("share", {"share": 10_001}),
        ("layer", {"layer": "no layer!"}),
        ("ends_at", {"starts_at": 2_000, "ends_at": 2_000}),
        ("default_variant", {"default_variant": "red"}),
        ("variants", {"variants": []}),
        ("variants", {"variants": steps.variants({"blue": 1}) * 2}),
        ("variants", {"variants": steps.variants({"blue": 1}, {"blue": "not JSON"})}),
        ("variants", {"variants": steps.variants({"blue": 1}, {"blue": "NaN"})}),
        ("variants", {"variants": steps.variants({"blue": 1}, {"blue": "[" * 1_999})}),
        ("variants", {"variants": steps.variants({"blue": 1, "green": 1}, {"blue": "true", "green": "1"})}),
        ("weights", {"weights": {"blue": 0, "green": 0}}),
        ("weights", {"weights": {"blue": -1, "green": 2}}),
        ("audience.countries", {"audience": experiments.Audience(countries=["Britain"])}),
    ],
)
def test_an_invalid_draft_is_refused_and_changes_nothing(field, changes):
    with steps.as_staff(), pytest.raises(common.InvalidInput) as refusal:
        steps.service().create_flag(steps.draft(**changes))
    assert refusal.value.field == field
    assert flags() == {}


@pytest.mark.parametrize("change", [acting.as_customer, acting.as_stranger])
def test_only_staff_change_flags(change):
    steps.create()
    experiments_here = acting.straight_at(experiments.ExperimentsService)
    with change(), pytest.raises(common.Forbidden):
        experiments_here.start_flag("button")
    with change(), pytest.raises(common.Forbidden):
        experiments_here.get_history("button")
    assert flags()["button"].state == STATE.DRAFT


def test_a_key_is_never_used_again():
    first = steps.create()
    assert steps.create() == first
    with pytest.raises(common.Conflict, match="There is a flag button already"):
        steps.create(title="Another")


def test_the_variants_of_a_flag_that_was_started_are_fixed():
    steps.start()
    with pytest.raises(common.Conflict, match="fixed once a flag was started"):
        steps.do("edit_flag", steps.draft(weights={"blue": 50, "red": 50}))
    assert steps.do("edit_flag", steps.draft(title="Renamed")).title == "Renamed"


def test_the_share_of_visitors_only_grows():
    flag = steps.start(share=1_000)
    larger = steps.do("set_share", "button", 5_000, "Ramp-up.")
    assert allocation.enrolled(to_ranges(flag.enrolment)) < allocation.enrolled(to_ranges(larger.enrolment))
    with pytest.raises(common.Conflict, match="can only grow"):
        steps.do("set_share", "button", 4_000, "Less.")


def test_flags_of_a_layer_share_no_visitors():
    first = steps.start("first", layer="checkout", share=6_000)
    second = steps.start("second", layer="checkout", share=3_000)
    assert not allocation.enrolled(to_ranges(first.enrolment)) & allocation.enrolled(to_ranges(second.enrolment))
    steps.create("third", layer="checkout", share=2_000)
    with pytest.raises(common.Conflict, match=r"no room for 20 % of the visitors: 10 % are in no other"):
        steps.do("start_flag", "third")
    with pytest.raises(common.Conflict, match="no room"):
        steps.do("set_share", "second", 5_000, "Ramp-up.")
    steps.do("stop_flag", "first", "Done.")
    assert steps.do("start_flag", "third").state == STATE.RUNNING
    with pytest.raises(common.Conflict, match="no room"):
        steps.do("start_flag", "first")


def test_a_flag_that_is_resumed_has_the_same_visitors():
    flag = steps.start(share=3_000)
    steps.do("stop_flag", "button", "A pause.")
    resumed = steps.do("start_flag", "button")
    assert (resumed.enrolment, resumed.allocations) == (flag.enrolment, flag.allocations)


def test_a_flag_is_stopped_once_its_end_has_passed(monkeypatch):
    from apps.experiments.service import flags as service
    from thriftshop import clock

    now = clock.now()
    steps.start(ends_at=now + 1_000)
    assert service.end_flags() == 0
    monkeypatch.setattr(clock, "now", lambda: now + 1_000)
    assert service.end_flags() == 1
    assert flags()["button"].state == STATE.STOPPED
    with pytest.raises(common.InvalidInput, match="has passed"):
        steps.do("start_flag", "button")


def test_unknown_flags_and_variants_are_refused():
    steps.create()
    with pytest.raises(common.NotFound):
        steps.do("start_flag", "nothing")
    with pytest.raises(common.InvalidInput, match="no variant 'red'"):
        steps.do("ship_variant", "button", "red", "It won.")
    with pytest.raises(common.InvalidInput, match="A visitor's id"):
        steps.do("set_override", "button", "not an id!", "blue")


def test_repeated_changes_record_nothing():
    steps.start()
    for method, *arguments in (
        ("start_flag", "button"),
        ("set_weights", "button", {"blue": 50, "green": 50}, "Again."),
        ("set_share", "button", 10_000, "Again."),
        ("set_override", "button", "tester-1", None),
        ("edit_flag", steps.draft()),
    ):
        assert steps.do(method, *arguments).version == 2


def test_the_tables_equal_a_rebuild_from_the_events():
    steps.start()
    steps.do("set_weights", "button", {"blue": 10, "green": 90}, "Green converts better.")
    steps.create("other", layer="checkout")
    steps.expose(*(steps.exposure(f"visitor-{number}") for number in range(5)))
    steps.project_all()
    assert Flag.objects.get(key="button").to_struct() == flags()["button"]
    assert Flag.objects.count() == 2
    assert Exposure.objects.count() == 5
    for projection in PROJECTIONS:
        assert rebuild.differences(projection) == []
