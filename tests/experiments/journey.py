"""Everything that can happen to a flag, and what visitors see of it meanwhile."""

from apps.experiments.service import subjects
from tests import acting
from tests.experiments import steps


def happen() -> None:
    """From the draft to the variant that is shipped."""
    steps.create("button", share=5_000)
    steps.do("edit_flag", steps.draft("button", share=5_000, title="A round button"))
    steps.do("start_flag", "button")
    steps.expose(steps.exposure("visitor-0000000001"), steps.exposure("visitor-0000000002", "green"))
    steps.do("set_share", "button", 10_000, "no complaints")
    steps.do("set_weights", "button", {"blue": 30, "green": 70}, "more of the green one")
    steps.do("set_override", "button", "tester-0000000001", "green")
    steps.expose(steps.exposure("visitor-0000000001"), steps.exposure("visitor-0000000003", "green"))
    _come_back()
    steps.start("other", share=10_000)
    steps.measure(steps.operations("blue"), steps.operations("green", failed=1), steps.operations(flag="other"))
    steps.measure(steps.operations("blue", at=steps.AT + 86_400_000), key="a gateway, minute 2")
    steps.do("stop_flag", "button", "enough was seen")
    steps.do("ship_variant", "button", "green", "it is better")


def _come_back() -> None:
    """A visitor orders as a guest and logs in later; another customer erases their account."""
    steps.attribute("order-1", "order-2")
    with acting.as_customer():
        steps.service().resolve_subject("visitor-0000000001")
    with acting.as_customer(acting.OTHER):
        steps.service().resolve_subject("visitor-0000000002")
    with acting.as_service("experiments"):
        subjects.unlink(acting.OTHER)
