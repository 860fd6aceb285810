"""A canary release from its beginning to its end: enforce the state, look, decide, and write down what was decided.

Whatever is written down first is done afterwards, and doing it twice changes nothing, so an interruption at any point loses
nothing.
"""

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from thriftshop import clock
from thriftshop.kubernetes.canary import cluster, deploying, states
from thriftshop.kubernetes.canary.cluster import Cluster, Unsuitable
from thriftshop.kubernetes.canary.kubernetes_api import Refused, Unreachable
from thriftshop.kubernetes.canary.measuring import Metrics
from thriftshop.kubernetes.canary.states import Limits, Phase, Seen, State
from thriftshop.kubernetes.canary.verdicts import MIN_REQUESTS, Judgement, Measured, Probed, Verdict, judge
from thriftshop.kubernetes.objects import Object

Report = Callable[[str], None]
NOT_JUDGED = Judgement(Verdict.UNKNOWN)


@dataclass(slots=True)
class Options:
    """How a release is run."""

    limits: Limits
    steps: tuple[int, ...] = states.STEPS
    poll_seconds: float = 10.0
    window_seconds: int = 60
    """The least time that the metrics are compared over."""


class Release:
    """The release of an image for a context's part."""

    def __init__(
        self,
        place: Cluster,
        metrics: Metrics,
        probe: Callable[[], Probed],
        options: Options,
        report: Report,
    ) -> None:
        self._cluster, self._metrics, self._probe = place, metrics, probe
        self._options, self._report = options, report
        self._stopping = threading.Event()
        self._last = ""

    def begin(self, named: str) -> State:
        """Begin a release of an image, or continue the one that was interrupted. Raises Unsuitable."""
        running = self._cluster.running()
        current = deploying.image_of(running)
        wanted = deploying.full_image(named, current) if named else ""
        if state := self._cluster.state():
            if wanted and wanted != state.image:
                raise Unsuitable(f"A canary of {state.image} is {state.phase}: let it end, or use --abort.")
            return self._continued(state)
        self._check(running, current, wanted)
        state = State(wanted, current, since=clock.now(), steps=self._options.steps)
        self._cluster.set_weight(0)
        self._cluster.begin(running, state)
        self._say(f"The canary of {state.image} begins beside {state.previous}.")
        return state

    def _continued(self, state: State) -> State:
        self._say(f"The canary of {state.image} continues: {describe(state)}.")
        after = states.resumed(state, clock.now())
        self._cluster.save(state, after)
        return after

    def _check(self, running: Object, current: str, wanted: str) -> None:
        """Refuse what cannot end well, before anything is changed."""
        if not wanted:
            raise Unsuitable("No canary was begun here: name its --image.")
        if wanted == current:
            raise Unsuitable(f"{current} is running already.")
        if running["spec"]["strategy"].get("type") == "Recreate":
            raise Unsuitable("Its pods have a volume of their own, which two versions cannot share: it has no canary.")
        if not cluster.is_rolled_out(running):
            raise Unsuitable("Not all of its running pods are ready and of the same version: wait, or repair it first.")
        if self._cluster.part.shares_requests and not self._cluster.routes():
            raise Unsuitable(
                "No HTTPRoute divides its requests between two versions: add the component `canary` to the overlay."
            )
        if alerts := self._metrics.alerts():
            raise Unsuitable(f"This is no time for a release: {', '.join(alerts)} fires.")

    def abort(self) -> State:
        """Roll back what was begun."""
        if (state := self._cluster.state()) is None:
            raise Unsuitable("No canary was begun here.")
        after = states.aborted(state, "aborted by hand", clock.now())
        self._cluster.save(state, after)
        return after

    def stop(self) -> None:
        """End soon, in a safe state."""
        self._stopping.set()

    def run(self, state: State) -> State:
        """Go on until the end, or until stopped."""
        while not state.has_ended and not self._stopping.is_set():
            try:
                state = self._turn(state)
            except (Refused, Unreachable) as problem:
                # A conflict, or an API server that is away: the state is written down, so the turn can be repeated.
                self._say(f"Again in {self._options.poll_seconds:g} s: {problem}")
            if not state.has_ended:
                self._stopping.wait(self._options.poll_seconds)
        if not state.has_ended:
            self._pause(state)
        return state

    def _turn(self, state: State) -> State:
        running = self._cluster.running()
        self._enforce(state, running)
        after = states.decide(state, self._seen(state), self._options.limits, clock.now())
        if after == state:
            return state
        if after.has_ended:
            self._cluster.conclude(outcome(after))
        else:
            self._cluster.save(state, after)
        self._say(f"{describe(after)[:1].upper()}{describe(after)[1:]}.")
        return after

    def _enforce(self, state: State, running: Object) -> None:
        """Make the cluster what the state says. Pods come before requests, and requests go before pods."""
        if state.phase is Phase.PREPARING:
            self._cluster.migrate(running, state.image)
        if state.phase in (Phase.PREPARING, Phase.OBSERVING):
            self._cluster.scale_canary(state.weight, running)
        if self._is_scaled(state):
            self._cluster.set_weight(state.weight)
        if state.running_image:
            self._cluster.set_running_image(running, state.running_image)

    def _is_scaled(self, state: State) -> bool:
        """Whether the canary has the pods for its share."""
        canary = self._cluster.canary()
        return state.phase is not Phase.OBSERVING or (canary is not None and cluster.is_rolled_out(canary))

    def _seen(self, state: State) -> Seen:
        running, canary = self._cluster.running(), self._cluster.canary()
        return Seen(
            is_ready=canary is not None and cluster.is_rolled_out(canary),
            is_available=cluster.ready_pods(canary) > 0,
            running_image=deploying.image_of(running),
            is_rolled_out=cluster.is_rolled_out(running),
            judgement=self._judged(state) if state.phase is Phase.OBSERVING else NOT_JUDGED,
        )

    def _judged(self, state: State) -> Judgement:
        seconds = max(self._options.window_seconds, (clock.now() - state.since) // 1000)
        measured = self._metrics.measure(int(seconds))
        if not measured.missing and measured.requests < MIN_REQUESTS:
            measured = replace(measured, probed=self._probed(measured))
        judgement = judge(measured)
        unit = "requests" if self._cluster.part.shares_requests else "events"
        by_probes = " and probes" if measured.probed and self._cluster.part.shares_requests else ""
        reasons = f": {'; '.join(judgement.reasons)}" if judgement.reasons else ""
        self._say(f"  {describe(state)}: {judgement.verdict}, by {measured.requests:.0f} {unit}{by_probes}{reasons}")
        return judgement

    def _probed(self, measured: Measured) -> Probed | None:
        """A probe of servers; consumers get no requests, and must have processed something at least."""
        if self._cluster.part.shares_requests:
            return self._probe()
        return Probed(1) if measured.requests else None

    def _pause(self, state: State) -> None:
        """Leave the canary without requests while nobody looks; during a promotion Kubernetes goes on by itself."""
        if state.phase in (Phase.PREPARING, Phase.OBSERVING):
            self._cluster.set_weight(0)
            self._say("Paused: the canary gets no requests. The same command continues; --abort removes it.")
        else:
            self._say(f"Paused while {state.phase}: the same command continues.")

    def _say(self, text: str) -> None:
        if text != self._last:
            self._report(text)
        self._last = text


def describe(state: State) -> str:
    """What is being done, for people."""
    because = f" ({state.reason})" if state.reason else ""
    texts = {
        Phase.PREPARING: f"its pods start, without requests, and {state.image} migrates",
        Phase.OBSERVING: f"step {state.step + 1} of {len(state.steps)}, {state.weight} %",
        Phase.PROMOTING: f"all pods get {state.image}",
        Phase.FINISHING: "the canary is removed",
        Phase.ROLLING_BACK: f"rolling back to {state.previous}{because}",
        Phase.PROMOTED: f"{state.image} is promoted",
        Phase.ROLLED_BACK: f"rolled back to {state.previous}{because}",
    }
    return texts[state.phase]


def outcome(state: State) -> str:
    """The outcome as JSON, for the annotation of the running deployment."""
    at = clock.datetime_of(clock.now()).isoformat(timespec="seconds")
    return json.dumps({"image": state.image, "outcome": state.phase, "reason": state.reason, "at": at})


def steps_of(text: str) -> tuple[int, ...]:
    """The steps of an option such as `1,5,25,50`. Raises ValueError."""
    steps: Sequence[int] = [int(part) for part in text.split(",")]
    if list(steps) != sorted(set(steps)) or not all(0 < step <= 50 for step in steps):
        raise ValueError("Steps are percentages from 1 to 50 that grow, such as 1,5,25,50.")
    return tuple(steps)
