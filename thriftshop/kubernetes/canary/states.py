"""How a canary release proceeds: a pure function from its state and what is seen of it to the next state.

The state is kept in the cluster, as an annotation of the canary's deployment, so that a release which was interrupted
continues where it was.
"""

import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from thriftshop.kubernetes.canary.verdicts import Judgement, Verdict

STEPS = (1, 5, 25, 50)
"""The percentages of requests that the canary gets, one after the other."""


class Phase(StrEnum):
    """What is being done."""

    PREPARING = "preparing"  # its pods start, without requests
    OBSERVING = "observing"  # it gets the share of its step
    PROMOTING = "promoting"  # the running deployment gets its image
    FINISHING = "finishing"  # it gets no more requests, and is removed
    ROLLING_BACK = "rolling back"  # the same, with the image of before
    PROMOTED = "promoted"
    ROLLED_BACK = "rolled back"


ENDED = (Phase.PROMOTED, Phase.ROLLED_BACK)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long things may take, in milliseconds."""

    hold: int = 5 * 60_000
    """The least time at each step."""
    verdict: int = 15 * 60_000
    """After the least time: how long to wait for a good verdict."""
    prepare: int = 10 * 60_000
    """Until the canary's pods are ready, the migration included."""
    rollout: int = 30 * 60_000
    """Until every pod of the running deployment has been replaced."""
    drain: int = 10_000
    """From the last request to the removal."""


@dataclass(frozen=True, slots=True)
class State:
    """A canary release. `since` is when its phase or step began, in milliseconds."""

    image: str
    previous: str
    phase: Phase = Phase.PREPARING
    step: int = 0
    since: int = 0
    reason: str = ""
    steps: tuple[int, ...] = STEPS

    @property
    def weight(self) -> int:
        """The percentage of requests that the canary is to get."""
        if self.phase is Phase.OBSERVING:
            return self.steps[self.step]
        return self.steps[-1] if self.phase is Phase.PROMOTING else 0

    @property
    def running_image(self) -> str:
        """The image that the running deployment is to have; empty where it is left as it is."""
        if self.phase in (Phase.PROMOTING, Phase.FINISHING):
            return self.image
        return self.previous if self.phase is Phase.ROLLING_BACK else ""

    @property
    def has_ended(self) -> bool:
        """Whether nothing is left to do."""
        return self.phase in ENDED

    def text(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self))


@dataclass(frozen=True, slots=True)
class Seen:
    """What the cluster and the metrics show."""

    is_ready: bool  # all pods of the canary
    is_available: bool  # at least one of them
    running_image: str
    is_rolled_out: bool  # every pod of the running deployment has its image and is ready
    judgement: Judgement


def parse(text: str) -> State:
    """The state from its JSON. Raises ValueError if it is none."""
    try:
        fields: dict[str, Any] = json.loads(text)
        return State(**fields | {"phase": Phase(fields["phase"]), "steps": tuple(fields["steps"])})
    except (KeyError, TypeError) as error:
        raise ValueError(f"This is not the state of a canary: {text}") from error


def decide(state: State, seen: Seen, limits: Limits, now: int) -> State:
    """The next state; the same one while there is nothing to decide."""
    if state.has_ended:
        return state
    if seen.running_image not in (state.image, state.previous):
        reason = f"the deployment was changed to {seen.running_image} meanwhile"
        return _enter(replace(state, previous=seen.running_image, reason=reason), Phase.ROLLING_BACK, now)
    return _DECISIONS[state.phase](state, seen, limits, now)


def aborted(state: State, reason: str, now: int) -> State:
    """The state of a release that somebody ends; one whose outcome is decided stays as it is."""
    if state.has_ended or state.phase in (Phase.FINISHING, Phase.ROLLING_BACK):
        return state
    return _back(state, reason, now)


def resumed(state: State, now: int) -> State:
    """The state of a release that continues: its step begins anew, since nobody looked meanwhile."""
    return state if state.has_ended else replace(state, since=now)


def _preparing(state: State, seen: Seen, limits: Limits, now: int) -> State:
    if seen.is_ready:
        return _enter(state, Phase.OBSERVING, now)
    if now - state.since >= limits.prepare:
        return _back(state, f"its pods were not ready after {limits.prepare // 1000} s", now)
    return state


def _observing(state: State, seen: Seen, limits: Limits, now: int) -> State:
    if seen.judgement.verdict is Verdict.BAD:
        return _back(state, "; ".join(seen.judgement.reasons), now)
    if not seen.is_available:
        return _back(state, "none of its pods is ready any more", now)
    if seen.judgement.verdict is Verdict.GOOD and seen.is_ready and now - state.since >= limits.hold:
        if state.step + 1 < len(state.steps):
            return replace(state, step=state.step + 1, since=now)
        return _enter(state, Phase.PROMOTING, now)
    if now - state.since >= limits.hold + limits.verdict:
        return _back(state, "; ".join(["no good verdict in time", *seen.judgement.reasons]), now)
    return state


def _promoting(state: State, seen: Seen, limits: Limits, now: int) -> State:
    if seen.running_image == state.image and seen.is_rolled_out:
        return _enter(state, Phase.FINISHING, now)
    if now - state.since >= limits.rollout:
        return _back(state, f"not every pod was replaced after {limits.rollout // 1000} s", now)
    return state


def _finishing(state: State, _seen: Seen, limits: Limits, now: int) -> State:
    return _enter(state, Phase.PROMOTED, now) if now - state.since >= limits.drain else state


def _rolling_back(state: State, seen: Seen, limits: Limits, now: int) -> State:
    is_restored = seen.running_image == state.previous and seen.is_rolled_out
    if is_restored and now - state.since >= limits.drain:
        return _enter(state, Phase.ROLLED_BACK, now)
    if now - state.since >= limits.rollout:
        reason = f"{state.reason}; and not all pods of {state.previous} are ready"
        return _enter(replace(state, reason=reason), Phase.ROLLED_BACK, now)
    return state


_DECISIONS = {
    Phase.PREPARING: _preparing,
    Phase.OBSERVING: _observing,
    Phase.PROMOTING: _promoting,
    Phase.FINISHING: _finishing,
    Phase.ROLLING_BACK: _rolling_back,
}


def _enter(state: State, phase: Phase, now: int) -> State:
    return replace(state, phase=phase, since=now)


def _back(state: State, reason: str, now: int) -> State:
    return _enter(replace(state, reason=reason), Phase.ROLLING_BACK, now)
