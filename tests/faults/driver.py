"""Draws faults with a seed, lets them happen to a shop under load, and checks the shop after each draw."""

from __future__ import annotations

import dataclasses
import random
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.faults import checks, crashes, deploys, network, others, reading
from tests.faults.report import Draw, Report
from tests.faults.scene import Fault, Scene
from tests.faults.shop import is_alive

FAULTS = [*crashes.FAULTS, *network.FAULTS, *others.FAULTS, *deploys.FAULTS]
MAX_AT_ONCE = 3
Group = list[Fault]


def drawn(faults: Iterable[Fault], rng: random.Random) -> list[Group]:
    """All faults in groups that happen at once, in a random order: a group uses each part of the shop for one fault only."""
    groups: list[Group] = []
    for fault in rng.sample(list(faults), len(list(faults))):
        room = [group for group in groups if _has_room(group, fault)]
        if room:
            room[0].append(fault)
        else:
            groups.append([fault])
    return groups


def _has_room(group: Group, fault: Fault) -> bool:
    is_alone = fault.is_alone or any(other.is_alone for other in group)
    return not is_alone and len(group) < MAX_AT_ONCE and all(fault.uses.isdisjoint(other.uses) for other in group)


def run(scene: Scene, report: Report, groups: Iterable[Group], until: float, say: Callable[[str], object]) -> None:
    """Let these groups of faults happen one after the other. Stop after the first violation, and when the time is over."""
    for group in groups:
        report.draws.append(draw := one(scene, group))
        say(draw.line())
        if draw.violations or time.monotonic() > until:
            return


def one(scene: Scene, group: Sequence[Fault]) -> Draw:
    """Let faults happen at once under load, and check the shop once it has settled."""
    began = time.monotonic()
    scene.workload.run(scene.rng.uniform(0.2, 0.8))
    details = _happen(scene, group)
    scene.workload.run(scene.rng.uniform(0.2, 0.8))
    scene.workload.pause()
    violations = checks.violations(scene.recorder, reading.settled(scene.shop, scene.workload))
    scene.unexpected += [f"{process.name} has ended" for process in scene.shop.processes if not is_alive(process)]
    if scene.unexpected:
        violations["expected meanwhile"] = [*scene.unexpected]
        scene.unexpected.clear()
    outcomes = checks.outcomes(scene.recorder.begun_since(began))
    return Draw([fault.name for fault in group], details, time.monotonic() - began, outcomes, violations)


def _happen(scene: Scene, group: Sequence[Fault]) -> list[str]:
    """Let faults happen at once; return what exactly happened for each."""
    scenes = [dataclasses.replace(scene, rng=random.Random(scene.rng.random()), details=[]) for _ in group]
    with ThreadPoolExecutor(len(group)) as pool:
        list(pool.map(lambda fault, own: fault.happen(own), group, scenes))
    return [", ".join(own.details) for own in scenes]
