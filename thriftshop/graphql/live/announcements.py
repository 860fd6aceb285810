"""Objects announced recently, by name: a service that finds a customer's orders may not know the newest yet."""

import threading
from collections import OrderedDict

from thriftshop.graphql.live.sources import Stream

MAX_NAMES = 10_000
_lock = threading.Lock()
_recent: OrderedDict[Stream, dict[str, None]] = OrderedDict()


def add(announced_as: Stream, key: str) -> None:
    """Note that an object is followed by those who follow this name; in any thread."""
    with _lock:
        _recent.setdefault(announced_as, {})[key] = None
        _recent.move_to_end(announced_as)
        while len(_recent) > MAX_NAMES:
            _recent.popitem(last=False)


def of(announced_as: Stream | None) -> list[str]:
    """The keys of the objects announced under a name."""
    with _lock:
        return list(_recent.get(announced_as, ())) if announced_as is not None else []
