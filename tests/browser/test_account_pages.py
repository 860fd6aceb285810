"""The pages that e-mails link to: confirming an address, setting a password, and their errors."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from playwright.sync_api import expect

from idl import users
from tests import acting
from tests.browser import accessibility
from thriftshop import rpc
from thriftshop.events import progress

EMAIL, OLD, NEW = "mary@shop.example", "a vindication 1792", "the last man 1826"


@pytest.fixture
def people():
    """The users by their contract, asked by strangers."""
    with acting.as_stranger():
        yield rpc.connect(users.UsersService)


def link():
    """The way to the page, of the latest e-mail."""
    progress.catch_up()
    return re.search(r"https?://[^/\s]+(/account/\S+#token=\S+)", mail.outbox[-1].body)[1]


@pytest.fixture
def reset(transactional_db, people):
    """The link for setting a new password."""
    get_user_model().objects.create_user(EMAIL, OLD, name="Mary", email_verified=True)
    people.request_password_reset(EMAIL)
    return link()


def fill_in(page, first, second):
    page.get_by_label("New password").fill(first)
    page.get_by_label("Repeat password").fill(second)
    page.get_by_role("button", name="Set the new password").click()


def test_an_address_is_confirmed_by_the_link_once(page, people):
    people.sign_up(EMAIL, OLD, "Mary")
    address = link()
    page.goto(address)
    expect(page).not_to_have_url(re.compile("token"))
    page.get_by_role("button", name="Confirm my address").click()
    expect(page.get_by_role("status")).to_have_text("Your e-mail address is verified; you can log in.")
    expect(page.get_by_role("button")).to_be_hidden()
    accessibility.check(page)
    assert get_user_model().objects.get(email=EMAIL).email_verified
    page.goto("/")
    page.goto(address)
    page.get_by_role("button", name="Confirm my address").click()
    expect(page.get_by_role("status")).to_contain_text("This link has expired or was already used")


@pytest.mark.parametrize("address", ["/account/verify-email", "/account/reset-password"])
def test_an_incomplete_link_shows_an_error(page, address):
    page.goto(address)
    expect(page.get_by_role("status")).to_contain_text("This link is incomplete")
    expect(page.get_by_role("button")).to_be_hidden()
    accessibility.check(page)


def test_a_password_is_set_by_the_link_once(page, people, reset):
    page.goto(reset)
    fill_in(page, NEW, NEW + "!")
    expect(page.get_by_role("status")).to_contain_text("The passwords do not match")
    expect(page.get_by_label("Repeat password")).to_be_focused()
    accessibility.check(page)
    fill_in(page, NEW, NEW)
    expect(page.get_by_role("status")).to_contain_text("Your password has been changed")
    mary = get_user_model().objects.get(email=EMAIL)
    assert mary.check_password(NEW)
    page.goto("/")
    page.goto(reset)
    fill_in(page, OLD, OLD)
    expect(page.get_by_role("status")).to_contain_text("This link has expired or was already used")
    mary.refresh_from_db()
    assert mary.check_password(NEW)


def test_a_weak_password_is_refused_with_the_broken_rules(page, reset):
    page.goto(reset)
    fill_in(page, "password", "password")
    status = page.get_by_role("status")
    expect(status.get_by_role("listitem")).to_have_count(1)
    expect(status.get_by_role("listitem")).to_contain_text("too common")
    accessibility.check(page)
    fill_in(page, NEW, NEW)
    expect(status).to_contain_text("Your password has been changed")


def test_a_form_can_be_submitted_again_after_a_failure(page, reset):
    page.goto(reset)
    page.route("**/graphql", lambda route: route.abort())
    fill_in(page, NEW, NEW)
    expect(page.get_by_role("status")).to_contain_text("The shop is not available at the moment")
    page.unroute("**/graphql")
    page.get_by_role("button", name="Set the new password").click()
    expect(page.get_by_role("status")).to_contain_text("Your password has been changed")
