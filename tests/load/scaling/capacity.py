"""What a request costs each service: the table of docs/performance.md, "As separate services"."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "performance.md"
ROW = re.compile(r"\| (\w+) \| ([\d,]+) \| [\d.]+ \| [\d.]+ \|")
# A pod is a process that computes on one core at a time, whatever it requests.
CORES = 1.0
# The projection of a change of a cart, with its checkpoint and commit: the same page, "cart.summaries".
EVENT_SECONDS = 400e-6
# From the replica's creation until it is ready: scheduling, containerd, 1.5 s of the process (the same page, "Startup and
# memory"), the next probe and the proxies' news of it. The image is on the node, and the node has room.
START_SECONDS = 8
# A pod that is removed serves no more requests, but is paid for until it has drained.
STOP_SECONDS = 10


def request_seconds() -> dict[str, float]:
    """The CPU time of a request of the mix in each service, in seconds."""
    section = PAGE.read_text("utf-8").split("### As separate services")[1]
    return {name: int(cost.replace(",", "")) / 1e6 for name, cost in ROW.findall(section.split("**all**")[0])}
