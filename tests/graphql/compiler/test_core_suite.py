"""graphql-core's own tests of execution pass with compiled operations. `make test` fetches them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import graphql
import pytest

ROOT = Path(__file__).parents[3]
SUITE = ROOT / "var" / "graphql-core" / f"graphql_core-{graphql.__version__}"
# What graphql-core executes, by reason, and in how many of its tests' operations.
EXPECTED_FALLBACKS = {
    "is_awaitable": 4,  # a predicate of the caller's own
    "no root type": 3,  # an error message
    "RecursionError while compiling": 3,  # thousands of nested selections
    "execution context class": 1,
    "introspection": 1,
    "invalid middleware": 1,  # an error message
}


@pytest.mark.slow
def test_graphql_cores_tests_of_execution_pass() -> None:
    if not SUITE.exists() and not os.environ.get("CI"):
        pytest.skip("graphql-core's tests are not there: run `make test`, which fetches them.")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "tests/execution",
        "-q",
        "-c",
        os.devnull,
        "--rootdir",
        ".",
        "--confcutdir",
        ".",
    ]
    plugins = ["-p", "core_plugin", "-p", "no:django", "-p", "no:cacheprovider", "-p", "no:xdist"]
    # Both repositories have a package `tests`: the plugin is imported from its folder.
    paths = os.pathsep.join(map(str, (SUITE, ROOT, Path(__file__).parent)))
    done = subprocess.run(  # noqa: S603 - the project's own tests
        [*command, *plugins],
        cwd=SUITE,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5_000:] + done.stderr[-2_000:]
    lines = done.stdout.strip().splitlines()
    summary = json.loads(next(line for line in lines if line.startswith('{"version"')))
    assert summary == {"version": graphql.__version__, "fallbacks": EXPECTED_FALLBACKS}
    assert int(lines[-1].split(" passed")[0]) >= 286
