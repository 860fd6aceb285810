"""A newer version of the code: a copy whose carts have one more kind of event."""

import shutil
import subprocess
from pathlib import Path

from tests import split
from tests.serving import processes

STRUCT = """
/** A cart was touched. */
struct CartTouched {
  /** When. */
  1: required common.Moment at
}
"""
MEMBER = """
  /** It was touched. */
  10: CartTouched touched,"""
RECORD = """
from idl import cart
from thriftshop import clock
from thriftshop.events import streams
log = streams.of("cart")
for stream, kind, count in {events!r}:
    made = {{
        "opened": lambda: cart.CartOpened(currency="GBP", at=clock.now()),
        "added": lambda: cart.ItemAdded(sku="CUP", quantity=1, at=clock.now()),
        "touched": lambda: cart.CartTouched(at=clock.now()),
    }}[kind]
    version = len(log.read({{stream: 0}})[stream])
    log.append([streams.Write(stream, version, [made() for _ in range(count)])])
"""


def copy_code(root: Path) -> None:
    """Write the newer version to a folder that does not exist."""
    unneeded = shutil.ignore_patterns(".git", ".venv", "var", "tests", "docs", "__pycache__", "*_cache")
    shutil.copytree(processes.ROOT, root, ignore=unneeded)
    contract = root / "idl" / "cart.thrift"
    structs, opening, members = contract.read_text().partition("union CartEvent {")
    structs, comment, description = structs.rpartition("\n/**")
    assert opening
    contract.write_text(f"{structs}{STRUCT}{comment}{description}{opening}{MEMBER}{members}")
    with (root / "apps" / "cart" / "domain" / "state.py").open("a") as state:
        state.write("\n\n_CHANGES[cart.CartTouched] = lambda state, event: _used(state, state.lines, event.at)\n")


def record(process: split.Process, *events: tuple[str, str, int]) -> subprocess.CompletedProcess[str]:
    """Record (stream, kind, count) events as a process of its version would."""
    return process.manage("shell", "-c", RECORD.format(events=events))
