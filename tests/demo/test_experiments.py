"""The demo's experiments: visitors see what the shop gives them, their orders count, and the verdicts are as planned."""

import dataclasses
import datetime as dt

import pytest

from apps.demo import loading, planning, reading
from apps.demo.loading import trials
from apps.demo.models import Loading
from apps.experiments.service import results, settling
from apps.experiments.statistics import sentences
from apps.gateway import flags
from idl import experiments
from tests.acting import as_service
from tests.demo import shop
from thriftshop import rpc
from thriftshop.flags.evaluation import Subject, evaluate

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 22, 20, 5, tzinfo=planning.ZONE)


def load(content):
    loading.load(content, Loading.begun("shop"), lambda steps: None)
    settling.settle()


def flag(key):
    with as_service("gateway"):
        return next(each for each in rpc.connect(experiments.ExperimentsService).get_flags() if each.key == key)


def headline(key):
    return sentences.headline(results.of(flag(key)).verdict)


def test_visitors_see_what_the_shop_gives_them():
    for experiment in reading.content().experiments:
        with as_service("demo"):
            service = rpc.connect(experiments.ExperimentsService)
            service.create_flag(trials._draft(experiment))
            running = flags.definition_of(service.start_flag(experiment.key))
        for visit in planning.visits(experiment, NOW):
            assert evaluate(running, Subject(visit.unit), 0).variant == visit.variant


def test_the_visitors_of_a_plan_are_deterministic_and_of_the_past():
    for experiment in reading.content().experiments:
        planned = planning.visits(experiment, NOW)
        assert planned == planning.visits(experiment, NOW)
        assert all(visit.at < NOW for visit in planned)
        assert len({visit.unit for visit in planned}) == len(planned) > 300


def test_what_visitors_saw_and_bought_is_in_the_results():
    content = shop.small()
    load(content)
    now = Loading.objects.get().now
    steps = planning.plan(content, now)
    cancelled = {step.order for step in steps if isinstance(step, planning.Cancel)}
    for experiment in content.experiments:
        planned = planning.visits(experiment, now)
        found = results.of(flag(experiment.key)).readings
        assert found.visitors == len(planned)
        placed = [step for step in steps if isinstance(step, planning.Place) and step.flag == experiment.key]
        assert placed
        for variant, moments in found.moments.items():
            own = [step for step in placed if step.variant == variant and step.card != "tok_decline"]
            sums = moments.means * moments.count
            assert round(sums[moments.index("orders")]) == len([step for step in own if step.card != "tok_delay"])
            assert round(sums[moments.index("cancelled")]) == len([step for step in own if step.order in cancelled])


def test_the_verdicts_are_as_planned():
    """The experiments with all visitors of the demo, in a shop without other orders."""
    content = reading.content()
    items = tuple(item for item in content.items if item.quantity >= 12)
    leaves = tuple({item.category for item in items})
    people = tuple(dataclasses.replace(person, orders=0, likes=leaves) for person in content.people[:9])
    load(dataclasses.replace(content, items=items, people=people, losses=(), counts=(), goodwill=(), plans=()))
    assert flag("product-pictures").shipped == "large"
    assert headline("product-pictures") == "Ship large"
    assert flag("recommendations").state == experiments.FlagState.RUNNING
    assert headline("recommendations").startswith("Not yet, about ")
