"""Everything that can happen to a flag, and what visitors see of it meanwhile."""

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
    steps.do("stop_flag", "button", "enough was seen")
    steps.do("ship_variant", "button", "green", "it is better")
