"""The delay of the event loop: how late it runs a timer. While it is late, every request of the process waits."""

import asyncio

from thriftshop.telemetry import metrics

SECONDS = 0.25


async def measure() -> None:
    """Measure until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        planned = loop.time() + SECONDS
        await asyncio.sleep(SECONDS)
        metrics.LOOP_DELAY.observe(max(0.0, loop.time() - planned))
