"""Apache Thrift's client for Node, with code by Apache's compiler; it runs `node.js` beside this module."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.load.rpc.measuring import AT_A_TIME, PATH, SKUS, Taken

HERE = Path(__file__).parent
IDL = HERE.parents[2] / "idl" / "catalog.thrift"
WIRE = HERE.parents[1] / "wire"
MODULES = WIRE / "node_modules"


def client(http: int) -> Callable[[int, int], Taken]:
    """The client over HTTP/1.1, or over HTTP/2 as the tests run it."""

    def run(port: int, calls: int) -> Taken:
        if not (shutil.which("node") and shutil.which("thrift") and MODULES.is_dir()):
            raise SystemExit("needs node, thrift and tests/wire/node_modules (make test installs them)")
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["thrift", "-r", "--gen", "js:node,es6", "-out", folder, str(IDL)], check=True)  # noqa: S603, S607 - our own command line
            request = {"port": port, "path": PATH, "http": http, "generated": folder, "skus": SKUS}
            request |= {"calls": calls, "atATime": AT_A_TIME, "clients": str(WIRE / "clients")}
            ended = subprocess.run(  # noqa: S603 - as above
                ["node", str(HERE / "node.js")],  # noqa: S607 - as above
                input=json.dumps(request),
                env={**os.environ, "NODE_PATH": str(MODULES), "NODE_NO_WARNINGS": "1"},
                capture_output=True,
                text=True,
                check=False,
            )
        if ended.returncode:
            raise SystemExit(ended.stderr[-2000:])
        seconds, cpu = json.loads(ended.stdout)
        return seconds, cpu

    return run
