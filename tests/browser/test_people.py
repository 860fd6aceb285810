"""Accounts are closed and opened again, colleagues invited, devices logged out, in the admin."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from playwright.sync_api import expect

from idl import sessions
from tests import acting
from tests.browser import accessibility, shop
from thriftshop import rpc
from thriftshop.events import progress


@pytest.fixture
def device(goods):
    """A telephone on which a customer is logged in: its token."""
    with acting.as_stranger():
        login = rpc.connect(sessions.SessionsService).log_in(shop.CUSTOMER, shop.PASSWORD, "Safari on iPhone", None)
    return login.token


def is_open(token):
    progress.catch_up()
    with acting.as_stranger():
        try:
            rpc.connect(sessions.SessionsService).authenticate(token)
        except sessions.InvalidSession:
            return False
        return True


def test_an_account_is_closed_and_opened_again(desk, device):
    desk.goto("/admin/users/user/?q=ada")
    desk.get_by_role("link", name=shop.CUSTOMER).click()
    desk.get_by_role("button", name="Close account").click()
    expect(desk.locator(".messagelist")).to_contain_text("1 account: closed")
    expect(desk.locator("#content")).to_contain_text("Closed")
    accessibility.check(desk)
    assert not is_open(device)
    desk.get_by_role("button", name="Reopen account").click()
    expect(desk.locator(".messagelist")).to_contain_text("opened again")
    assert get_user_model().objects.get(email=shop.CUSTOMER).is_active


def test_many_accounts_are_closed_at_once(desk, goods):
    desk.goto("/admin/users/user/?is_staff__exact=0")
    desk.locator("#action-toggle").check()
    desk.get_by_label("Action:").select_option(label="Close the selected accounts")
    desk.get_by_role("button", name="Go").click()
    expect(desk.locator(".messagelist")).to_contain_text("closed")
    accessibility.check(desk)
    people = get_user_model().objects
    assert not people.filter(is_staff=False, is_active=True).exists()
    assert people.filter(is_staff=True, is_active=True).exists()


def test_a_new_member_of_staff_is_invited_and_logs_in(desk, goods):
    desk.goto("/admin/users/user/")
    desk.get_by_role("link", name="Add user").click()
    desk.get_by_label("E-mail address").fill("new@shop.example")
    desk.get_by_label("Name").fill("Nell New")
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.locator(".messagelist")).to_contain_text("new@shop.example has been invited")
    progress.catch_up()
    letter = next(one for one in mail.outbox if one.to == ["new@shop.example"])
    desk.goto(re.search(r"https?://[^/\s]+(/account/\S+#token=\S+)", letter.body)[1])
    desk.get_by_label("New password").fill("counting spoons slowly")
    desk.get_by_label("Repeat password").fill("counting spoons slowly")
    desk.get_by_role("button", name="Set the new password").click()
    expect(desk.get_by_role("status")).to_contain_text("Your password has been changed")
    desk.context.clear_cookies()
    desk.goto("/admin/")
    desk.get_by_label("E-mail address").fill("new@shop.example")
    desk.get_by_label("Password").fill("counting spoons slowly")
    desk.get_by_role("button", name="Log in").click()
    expect(desk.get_by_text("Nell New")).to_be_visible()


def test_a_device_is_logged_out(desk, device):
    desk.goto("/admin/sessions/session/")
    row = desk.locator("#result_list tbody tr", has_text="Safari on iPhone")
    expect(row).to_contain_text(shop.CUSTOMER)
    row.get_by_role("checkbox").check()
    desk.get_by_label("Action:").select_option(label="End the selected sessions")
    desk.get_by_role("button", name="Go").click()
    expect(desk.locator(".messagelist")).to_contain_text("1 session ended")
    expect(desk.locator("#result_list tbody tr", has_text="Safari on iPhone")).to_contain_text("Revoked")
    accessibility.check(desk)
    assert not is_open(device)
