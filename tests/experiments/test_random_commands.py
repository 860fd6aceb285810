"""Commands on flags in any order, accepted or refused, and the invariants after each of them."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from apps.experiments import domain
from apps.experiments.domain import allocation
from apps.experiments.models import Flag
from idl import common
from tests.experiments import steps

KEYS = ("a", "b", "c")
keys = st.sampled_from(KEYS)
weights = st.fixed_dictionaries({"blue": st.integers(0, 3), "green": st.integers(0, 3)})
shares = st.sampled_from([0, 1_000, 4_000, 10_000])


class Commands(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.state = domain.NO_FLAGS
        self.at = steps.AT

    def run(self, command, *arguments):
        """Apply a command; a refusal changes nothing, and the same command again has no further effect."""
        self.at += 1
        before = self.state
        try:
            events = command(self.state, *arguments, self.at)
        except (common.InvalidInput, common.Conflict, common.NotFound):
            return
        for event in events:
            self.state = domain.evolve(self.state, event)
            assert domain.summary(event, before.get(getattr(event, "key", "")))
        assert command(self.state, *arguments, self.at) == []

    @rule(key=keys, weights=weights, share=shares, layer=st.sampled_from([None, "layer"]))
    def create(self, key, weights, share, layer):
        self.run(domain.create, steps.draft(key, weights=weights, share=share, layer=layer))

    @rule(key=keys, weights=weights)
    def set_weights(self, key, weights):
        before = self.state.get(key)
        self.run(domain.set_weights, key, weights, "A reason.")
        if before is not None:
            assert self.state[key].allocations[: len(before.allocations)] == before.allocations

    @rule(key=keys, share=shares)
    def set_share(self, key, share):
        before = self.state.get(key)
        self.run(domain.set_share, key, share, "A reason.")
        if before is not None:
            assert allocation.enrolled(before.enrolment) <= allocation.enrolled(self.state[key].enrolment)

    @rule(key=keys)
    def start(self, key):
        self.run(domain.start, key)

    @rule(key=keys)
    def stop(self, key):
        self.run(domain.stop, key, "A reason.")

    @rule(key=keys, variant=st.sampled_from(["blue", "green", "red"]))
    def ship(self, key, variant):
        self.run(domain.ship, key, variant, "A reason.")

    @rule(key=keys, variant=st.sampled_from(["blue", "red", None]))
    def set_override(self, key, variant):
        self.run(domain.set_override, key, "tester", variant)

    @invariant()
    def running_flags_of_a_layer_share_no_bucket(self):
        running = [
            allocation.enrolled(flag.enrolment)
            for flag in self.state.values()
            if flag.state == domain.STATE.RUNNING and flag.draft.layer
        ]
        assert sum(map(len, running)) == len(set().union(*running))

    @invariant()
    def buckets_follow_share_and_weights(self):
        for flag in self.state.values():
            if flag.was_started:
                buckets = allocation.buckets_of(flag.allocations[-1])
                expected = allocation.sizes(flag.weights)
                assert {variant: buckets.count(variant) for variant in expected} == expected
            if flag.state == domain.STATE.RUNNING:
                assert len(allocation.enrolled(flag.enrolment)) == flag.draft.share

    @invariant()
    def a_flag_is_the_same_after_it_was_stored(self):
        for flag in self.state.values():
            assert domain.Flag.from_struct(Flag.of(flag, self.at, 1).to_struct()) == flag


TestCommands = Commands.TestCase
TestCommands.settings = settings(max_examples=30, stateful_step_count=25)
