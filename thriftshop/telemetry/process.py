"""The CPU time and the memory of the processes, summed over the workers of a server."""

import time
from pathlib import Path
from resource import getpagesize

from prometheus_client import Counter, Gauge

CPU = Counter("thriftshop_process_cpu_seconds_total", "CPU time of the processes of this server.")
MEMORY = Gauge(
    "thriftshop_process_resident_bytes", "Resident memory of the processes of this server.", multiprocess_mode="livesum"
)
STATM = Path("/proc/self/statm")
_counted = 0.0


def sample() -> None:
    """Add the CPU time since the last call, and read the memory."""
    global _counted
    used = time.process_time()
    # A forked worker begins at zero again.
    CPU.inc(max(0.0, used - _counted) if used >= _counted else used)
    _counted = used
    if STATM.exists():
        MEMORY.set(int(STATM.read_text().split()[1]) * getpagesize())
