"""A fixture that fails a test in which an error has a code that is not listed."""

import pytest

from thriftshop.graphql import codes, errors


@pytest.fixture(autouse=True)
def only_listed_codes(monkeypatch):
    """Record the code of every error that is described to a client."""
    emitted = set()
    real = errors.describe

    def described(error):
        content = real(error)
        emitted.add(content["extensions"]["code"])
        return content

    monkeypatch.setattr(errors, "describe", described)
    yield
    assert emitted <= {*codes.CODES, *codes.refusals()}
