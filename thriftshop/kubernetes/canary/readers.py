"""Readers first: a version that records new kinds of events begins only once all who follow the topic know them.

A process publishes how many kinds of each topic it knows (`thriftshop_event_kinds`). Contracts only grow, so a process that
knows fewer kinds is of an older version: it would stop at the first event of a new kind.
"""

from collections.abc import Mapping, Sequence

from thriftshop import contexts
from thriftshop.contexts import ContextConfig
from thriftshop.events import known_kinds
from thriftshop.kubernetes.canary.deploying import CONSUMERS, SERVERS, Part
from thriftshop.kubernetes.canary.measuring import COMPONENT_LABEL, NAME_LABEL, Prometheus

METRIC = known_kinds.METRIC


Known = Mapping[tuple[str, str], int]
"""The kinds that the oldest process knows, by context and component."""


def known(prometheus: Prometheus, namespace: str, topic: str) -> Known:
    """What the processes say of a topic. Raises Unavailable."""
    by = f"{NAME_LABEL}, {COMPONENT_LABEL}"
    expression = f'min by ({by}) ({METRIC}{{namespace="{namespace}",topic="{topic}"}})'
    series = prometheus.series(expression)
    return {(labels.get(NAME_LABEL, ""), labels.get(COMPONENT_LABEL, "")): int(value) for labels, value in series}


def problems(config: ContextConfig, part: Part, kinds: Sequence[str], known_by: Known) -> list[str]:
    """Why this part of a context must not record these kinds yet; sentences with what to do.

    `kinds` are those of the new version in the order of its contract, so the last ones are new.
    """
    own = known_by.get((config.label, part.component), 0)
    if own >= len(kinds):
        return []
    new = ", ".join(kinds[own:])
    counts = {name: _least(name, known_by) for name in followers(config.topic) if name != config.label}
    if part == SERVERS and (config.label, CONSUMERS.component) in known_by:
        counts[f"{config.label} --consumers"] = known_by[config.label, CONSUMERS.component]
    return [
        f"{name.partition(' ')[0]} knows {'none' if count is None else count} of the {len(kinds)} kinds of events of"
        f" {config.topic} (new: {new}). Upgrade it first: manage.py canary {name}"
        for name, count in counts.items()
        if count is None or count < len(kinds)
    ]


def _least(context: str, known_by: Known) -> int | None:
    """What the oldest process of a context knows, apart from those that are on trial; None if no process says."""
    trials = (SERVERS.canary_component, CONSUMERS.canary_component)
    counts = [count for (name, component), count in known_by.items() if name == context and component not in trials]
    return min(counts, default=None)


def followers(topic: str) -> list[str]:
    """The contexts whose processes stop before an event of the topic that they do not know."""
    return [config.label for config in contexts.all_contexts() if topic in known_kinds.topics_of(config)]
