"""The table over separate processes: one of them is killed, stands still, or is slow."""

import pytest

from tests.degraded import checks, conftest, table

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("how", [conftest.stopped, conftest.frozen, conftest.slow], ids=lambda how: how.__name__)
@pytest.mark.parametrize("service", table.SERVICES)
def test_what_does_not_need_a_service_is_as_ever_and_the_rest_says_so(abroad, proxied, service, how):
    ready = checks.prepared(abroad)
    whole = checks.baseline(abroad)
    # A slow service may answer some calls in time, others not, as their deadlines are.
    strict = how is not conftest.slow
    with how(proxied, service):
        wrong = checks.misread(abroad, whole, service, strict=strict)
        answers = checks.written(abroad, ready)
        wrong += checks.miswritten(answers, service, strict=strict)
    conftest.wait_until_whole(abroad)
    if strict:
        wrong += checks.changed(abroad, answers, ready)
    assert not wrong, "\n".join(wrong)
