"""The table compared with a shop: a description of every difference."""

from collections.abc import Mapping
from typing import Any

from tests.degraded import table, world
from tests.degraded.table import CODES, Read, Write
from tests.degraded.world import Answer, World

Ready = Mapping[str, tuple[dict[str, Any], Any]]


def baseline(here: World) -> dict[str, Answer]:
    """What every query answers while all services are there."""
    found = {}
    for name, operation in table.READS.items():
        answer = here.ask(operation, here.values)
        assert "errors" not in answer, (name, answer)
        found[name] = answer["data"]
    return found


def missing(here: World) -> str:
    """The first query with an incomplete response, and that response; empty if there is none."""
    for name, operation in table.READS.items():
        if "errors" in (answer := here.ask(operation, here.values)):
            return f"{name} answered {answer}"
    return ""


def misread(here: World, whole: Mapping[str, Answer], service: str, *, strict: bool = True) -> list[str]:
    """Run every query while a service is unavailable; return the differences from the table.

    Where it is not strict, the service may just as well have answered, here and there; then what differs is asked
    again, for on a busy machine another service may have been late as well, once.
    """
    found = []
    for name, operation in table.READS.items():
        for _ in range(1 if strict else 3):
            answer = here.ask(operation, here.values)
            if _reads_well(answer, operation, whole[name], service, strict=strict):
                break
        else:
            found.append(f"{name}, without {service}, answered {answer}\n  whole it is {whole[name]}")
    return found


def _reads_well(answer: Answer, operation: Read, whole: Answer, service: str, *, strict: bool) -> bool:
    failed, codes = world.failures_of(answer)
    places = world.places(whole, operation.without.get(service, ()))
    silent = places["~"]
    needed, remembered = places[""], places["="]
    as_it_should = needed <= failed <= needed | remembered if strict else failed <= needed | remembered | places["?"]
    data = answer.get("data")
    if strict and world.nulled(data, silent) != data:
        return False
    return as_it_should and codes <= CODES and world.nulled(data, silent) == world.nulled(whole, failed | silent)


def prepared(here: World) -> Ready:
    """For every mutation, while all services run: its input, and what it would change."""
    ready = {name: here.ready(operation) for name, operation in table.WRITES.items()}
    here.shop.catch_up()
    return {name: (values, here.look(table.WRITES[name], values)) for name, values in ready.items()}


def written(here: World, ready: Ready) -> dict[str, Answer]:
    """What every mutation answers."""
    return {name: here.ask(operation, ready[name][0]) for name, operation in table.WRITES.items()}


def miswritten(answers: Mapping[str, Answer], service: str, *, strict: bool = True) -> list[str]:
    """Mutations that were done and should have been refused while a service was away, or the other way round."""
    return [
        f"{name}, without {service}, answered {answer}"
        for name, answer in answers.items()
        if not _writes_well(answer, table.WRITES[name], service, strict=strict)
    ]


def _writes_well(answer: Answer, operation: Write, service: str, *, strict: bool) -> bool:
    if service in operation.needs and (strict or world.is_refused(answer)):
        return world.is_refused(answer)
    done: Any = next(iter((answer.get("data") or {}).values()), None)
    failed, codes = world.failures_of(answer)
    expected: set[world.Place] = {tuple(path.split(".")) for path in operation.without.get(service, ())}
    as_it_should = failed == expected if strict else failed <= expected
    return done is not None and done["__typename"].endswith("Success") and as_it_should and codes <= CODES


def changed(here: World, answers: Mapping[str, Answer], ready: Ready) -> list[str]:
    """What refused mutations changed all the same; to be asked once all services are there again."""
    found = []
    for name, answer in answers.items():
        values, before = ready[name]
        if world.is_refused(answer) and (now := here.look(table.WRITES[name], values)) != before:
            found.append(f"{name} was refused, and changed {before} to {now}")
    return found
