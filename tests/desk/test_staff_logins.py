"""The login of staff if users is another process: one address and password, checked by contract, in every admin."""

import http.client
import re
import time
import urllib.parse

import pytest
from django.conf import settings

from tests import split

EMAIL, PASSWORD = "pat@shop.example", "counting spoons slowly"
TIMEOUT_SECONDS = 180
COLLEAGUE = f"""
from django.contrib.auth.models import Group
from apps.users.models import User
user = User.objects.create_user({EMAIL!r}, {PASSWORD!r}, name="Pat Packer", is_staff=True, email_verified=True)
user.groups.set(Group.objects.filter(name="Packing"))
User.objects.create_user("cora@shop.example", {PASSWORD!r}, name="Cora", email_verified=True)
"""


class Browser:
    """What a member of staff has in front of them: cookies, and one door."""

    def __init__(self, port):
        self.port, self.cookies = port, {}

    def ask(self, method, path, form=None):
        """The status, the redirect and the page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_SECONDS)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, urllib.parse.urlencode(form or {}), headers)
        answer = connection.getresponse()
        page = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        return answer.status, answer.headers.get("Location", ""), page

    def log_in(self, email=EMAIL, password=PASSWORD):
        """Fill the login form in."""
        _, _, page = self.ask("GET", "/admin/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        form = {"csrfmiddlewaretoken": token, "username": email, "password": password, "next": "/admin/"}
        return self.ask("POST", "/admin/login/", form)

    def status(self, path):
        return self.ask("GET", path)[0]


@pytest.fixture(scope="module")
def processes(tmp_path_factory):
    """The users with the sessions, and the orders, each a process of its own."""
    folder = tmp_path_factory.mktemp("doors")
    both = {name: split.Process(name, folder, {}) for name in ("users,sessions", "orders")}
    where = {context: one.address for name, one in both.items() for context in name.split(",")}
    for one in both.values():
        one.variables = {
            "DJANGO_SETTINGS_MODULE": "settings.development",
            "SECRET_KEY": settings.SECRET_KEY,
            "VIEWER_KEYS": settings.VIEWER_KEYS[0],
            "SERVICE_KEYS": settings.SERVICE_KEYS[0],
            "SERVICES": " ".join(f"{context}={address}" for context, address in where.items()),
            "DEADLINE_FACTOR": "100",
            "LOG_LEVEL": "INFO",
        }
    try:
        for one in both.values():
            one.start()
        for one in both.values():
            one.wait()
        made = both["users,sessions"].manage("shell", "-v0", "-c", COLLEAGUE)
        assert made.returncode == 0, made.stderr
        yield both
    finally:
        for one in both.values():
            one.stop()


@pytest.fixture
def door(processes):
    """The orders' door."""
    return Browser(processes["orders"].port)


def eventually(check):
    """Wait for an asynchronous effect."""
    until = time.monotonic() + TIMEOUT_SECONDS
    while not check():
        assert time.monotonic() < until
        time.sleep(0.2)


def test_a_packer_logs_in_with_one_password_and_reaches_their_pages(door, processes):
    assert door.status("/admin/orders/order/") == 302
    assert door.log_in()[:2] == (302, "/admin/")
    assert door.status("/admin/orders/order/") == 200
    assert door.status("/admin/orders/entry/") == 403
    sql = "SELECT email || '|' || substr(password, 1, 1) FROM auth_user WHERE first_name = 'Pat Packer'"
    assert processes["orders"].query(sql) == "|!"


@pytest.mark.parametrize(
    ("email", "password"), [(EMAIL, "wrong"), ("cora@shop.example", PASSWORD), ("nobody@shop.example", PASSWORD)]
)
def test_every_other_login_gets_the_same_answer(door, email, password):
    status, _, page = door.log_in(email, password)
    assert status == 200
    assert "password is incorrect, or the account is not a staff account" in page
    assert door.status("/admin/orders/order/") == 302


def test_guessing_passwords_in_the_admin_is_throttled(door):
    for _ in range(5):
        assert "password is incorrect" in door.log_in("target@shop.example", "wrong")[2]
    # On a busy machine the first waits may be over before the next try; each is twice as long as the one before.
    assert any("Too many attempts" in door.log_in("target@shop.example", "wrong")[2] for _ in range(10))


def test_while_users_is_unavailable_logins_stay_valid_and_new_ones_are_refused(door, processes):
    assert door.log_in()[0] == 302
    processes["users,sessions"].stop()
    assert door.status("/admin/orders/order/") == 200
    status, _, page = Browser(door.port).log_in()
    assert status == 200
    assert "You cannot log in at the moment" in page
    processes["users,sessions"].start()
    processes["users,sessions"].wait()
    eventually(lambda: Browser(door.port).log_in()[0] == 302)


def test_a_deactivated_account_is_logged_out_of_every_admin(door, processes):
    assert door.log_in()[0] == 302
    shut = f"from apps.users.models import User; User.objects.filter(email={EMAIL!r}).update(is_active=False)"
    assert processes["users,sessions"].manage("shell", "-v0", "-c", shut).returncode == 0
    eventually(lambda: door.status("/admin/orders/order/") == 302)
    assert "password is incorrect" in door.log_in()[2]
