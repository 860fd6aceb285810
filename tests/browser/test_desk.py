"""The desk: the staff's start page, by permission."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from playwright.sync_api import expect

from tests.browser import accessibility
from thriftshop.event_store.models import Event


@pytest.fixture
def clerk(transactional_db, client, page, live_server):
    """A member of staff without permissions: their account, and a page where they are logged in."""
    user = get_user_model().objects.create_user("clerk@shop.example", "ten to four", is_staff=True, email_verified=True)
    client.force_login(user)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    return user, page


def test_the_start_page_shows_work_that_waits_for_staff(desk, goods):
    desk.goto("/admin/")
    expect(desk.get_by_role("link", name="Orders to ship 1")).to_be_visible()
    expect(desk.get_by_role("link", name="Drafts 1")).to_be_visible()
    latest = Event.objects.latest("position").position
    expect(desk.get_by_role("link", name=f"Latest event No. {latest:,}")).to_be_visible()
    expect(desk.get_by_role("region", name="Recent events").get_by_role("listitem")).to_have_count(8)
    desk.get_by_role("link", name="Drafts 1").click()
    expect(desk.locator("#result_list tbody tr")).to_have_count(1)
    expect(desk.locator("#result_list")).to_contain_text("Chair")


def test_staff_without_permissions_see_a_message(goods, clerk):
    _, page = clerk
    page.goto("/admin/")
    expect(page.locator("#content")).to_contain_text("You do not have any permissions yet")
    expect(page.locator(".ts-card")).to_have_count(0)
    expect(page.get_by_role("region", name="Recent events")).to_have_count(0)
    accessibility.check(page)
    assert page.goto("/admin/orders/order/").status == 403
    accessibility.check(page)


def test_staff_with_stock_permissions_see_only_stock(goods, clerk):
    user, page = clerk
    group = Group.objects.get(name="Buyers")
    group.permissions.add(Permission.objects.get(codename="view_level"))
    user.groups.add(group)
    page.goto("/admin/")
    expect(page.locator(".ts-apps .module")).to_have_count(1)
    page.get_by_role("link", name="Stock levels").click()
    expect(page.get_by_role("link", name="Receive goods")).to_have_count(0)
    assert page.goto("/admin/inventory/level/receive/").status == 403
