"""What loading the statistics costs other processes: nothing."""

import subprocess
import sys

import pytest


def modules_after(statement):
    """The top-level modules, and those of scipy, that a fresh interpreter has loaded after a statement."""
    code = f"import sys\n{statement}\nprint(' '.join(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    return set(ended.stdout.split())


@pytest.mark.parametrize("package", ["apps.experiments", "apps.experiments.statistics"])
def test_the_package_itself_loads_neither_numpy_nor_scipy(package):
    assert not {"numpy", "scipy"} & modules_after(f"import {package}")


def test_verdicts_load_only_the_special_functions_of_scipy_and_no_django():
    loaded = modules_after("from apps.experiments.statistics import power, sentences, verdicts, winsorising")
    assert "scipy.special" in loaded
    assert not {"scipy.stats", "scipy.optimize", "django", "thriftpy2", "thriftshop", "idl"} & loaded
