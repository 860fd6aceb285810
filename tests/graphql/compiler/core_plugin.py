"""A pytest plugin that runs graphql-core's own tests against the compiled `execute`; prints what fell back, as JSON."""

import asyncio
import inspect
import json
import sys
from typing import Any

import graphql
import pytest

from thriftshop.graphql.compiler import execution

# `graphql.execution.execute` is the function and hides the module of that name.
for module in (
    "graphql",
    "graphql.graphql",
    "graphql.execution",
    "graphql.execution.execute",
    "graphql.execution.subscribe",
):
    sys.modules[module].execute = execution.execute  # type: ignore[attr-defined]


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: Any) -> bool | None:
    """Run coroutine functions, as pytest-asyncio would."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


def pytest_configure(config: Any) -> None:
    """Declare the marker of asynchronous tests."""
    config.addinivalue_line("markers", "asyncio: runs in an event loop")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the version under test and what fell back."""
    terminalreporter.write_line(json.dumps({"version": graphql.__version__, "fallbacks": execution.fallbacks}))
