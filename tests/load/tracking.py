"""Tracked events, from the mutation to the log: `python -m tests.load.tracking --events 20000`.

Beacons of ten events from a thousand visitors pass the whole endpoint; the buffer sends them to the service, which validates
and commits them. Beside it, the same number of rows inserted and committed one by one by sqlite3 alone. Times are CPU seconds
of this process, so that a busy machine disturbs them less; `seconds` is what passed on the clock.
"""

import argparse
import asyncio
import json
import os
import time
from pathlib import Path

import orjson

from tests.load import events, scratch

EVENTS_PER_BEACON = 10
VISITORS = 1_000
TRACK = "mutation ($input: TrackInput!) { track(input: $input) { __typename ... on TrackSuccess { accepted } } }"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
NOW = "2026-05-28T12:00:00Z"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=20_000, help="how many events (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="the best of how many rounds (default: %(default)s)")
    options = parser.parse_args()
    os.environ["TRACK_FLUSH_SECONDS"] = "0"
    with scratch.database() as folder:
        from apps.gateway import tracking

        tracking.is_bot(BROWSER)  # reads the list
        asyncio.run(send(1, "warm"))
        rounds = [measure(options.events, folder, number) for number in range(options.rounds)]
    best = {name: max(round_[name] for round_ in rounds) for name in rounds[0]}
    for name, rate in best.items():
        print(f"{name:>32}  {rate:9,.0f}/s")  # noqa: T201
    ratio = best["tracked, by CPU time"] / best["ceiling, by CPU time"]
    print(f"{'tracked':>32}  {ratio:9.3f} of its ceiling")  # noqa: T201


def measure(count: int, folder: Path, number: int) -> dict[str, float]:
    """Events per second of each part."""
    from apps.gateway import tracking

    ceiling = events.rate(count, lambda: events.insert_rows(count, folder / f"rows-{number}.sqlite3"))
    began, began_on_clock = time.process_time(), time.perf_counter()
    asyncio.run(send(count // EVENTS_PER_BEACON, str(number)))
    accepted = time.process_time() - began
    tracking.BUFFER.flush()
    return {
        "ceiling, by CPU time": ceiling,
        "tracked, by CPU time": count / (time.process_time() - began),
        "accepted by the gateway alone": count / accepted,
        "tracked, by wall-clock time": count / (time.perf_counter() - began_on_clock),
    }


async def send(beacons: int, name: str) -> None:
    """Send beacons through the endpoint."""
    from apps.gateway import tracking
    from thriftshop.graphql import endpoint
    from thriftshop.graphql.requests import Incoming

    headers = {"content-type": "application/json", "accept": "*/*", "user-agent": BROWSER}
    for number in range(beacons):
        response = await endpoint.handle(Incoming("POST", headers, "", beacon(number, name), "192.0.2.7"))
        result = orjson.loads(response.body)["data"]["track"]
        if result.get("accepted") != EVENTS_PER_BEACON:
            raise RuntimeError(f"The mutation answered {result}.")
        if len(tracking.BUFFER) > 5_000:
            await asyncio.to_thread(tracking.BUFFER.flush)


def beacon(number: int, name: str) -> bytes:
    """The body of a request."""
    visitor = f"visitor-{number % VISITORS:09}"
    tracked = [
        {
            "id": f"event-{name}-{number}-{place}",
            "kind": "productViewed",
            "occurredAt": NOW,
            "properties": json.dumps({"sku": f"SKU-{place}"}),
        }
        for place in range(EVENTS_PER_BEACON)
    ]
    values = {"visitorId": visitor, "sessionId": visitor, "consent": "ANALYTICS", "sentAt": NOW, "events": tracked}
    return orjson.dumps({"query": TRACK, "variables": {"input": values}})


if __name__ == "__main__":
    main()
