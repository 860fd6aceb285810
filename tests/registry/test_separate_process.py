"""The registry as a separate process, closed to the public: staff log in there as in every admin."""

import pytest
from django.conf import settings

from tests import split
from tests.desk import test_staff_logins

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    """The registry in a process of its own, and users, which authenticates staff."""
    folder = tmp_path_factory.mktemp("registry")
    both = {name: split.Process(name, folder, {}) for name in ("users,sessions", "registry")}
    users, one = both.values()
    for process in both.values():
        process.variables = {
            "DJANGO_SETTINGS_MODULE": "settings.development",
            "SECRET_KEY": settings.SECRET_KEY,
            "VIEWER_KEYS": settings.VIEWER_KEYS[0],
            "SERVICE_KEYS": settings.SERVICE_KEYS[0],
            "SERVICES": f"users={users.address} sessions={users.address}",
            "DEADLINE_FACTOR": "100",
            "REGISTRY_OPEN": "no",
        }
    try:
        for process in both.values():
            process.start()
        for process in both.values():
            process.wait()
        made = users.manage("shell", "-v0", "-c", test_staff_logins.COLLEAGUE)
        assert made.returncode == 0, made.stderr
        yield one
    finally:
        for process in both.values():
            process.stop()


def test_permitted_staff_are_redirected_to_a_login_that_works(registry):
    browser = test_staff_logins.Browser(registry.port)
    status, door, _ = browser.ask("GET", "/registry")
    assert (status, door) == (302, "/admin/login/?next=/registry")
    assert browser.status(door) == 200
    assert browser.log_in()[:2] == (302, "/admin/")
    assert browser.status("/registry") == 200


def test_a_customer_does_not_get_in(registry):
    browser = test_staff_logins.Browser(registry.port)
    assert "not a staff account" in browser.log_in("cora@shop.example")[2]
    assert browser.status("/registry") == 302
