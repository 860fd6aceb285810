"""Without kustomize the tests of the manifests are skipped; in CI they fail."""

import os

import pytest

from tests.services import kustomize


@pytest.fixture(scope="session", autouse=True)
def renderer():
    if not kustomize.is_installed():
        if os.environ.get("CI"):
            pytest.fail(kustomize.MISSING)
        pytest.skip(kustomize.MISSING)
