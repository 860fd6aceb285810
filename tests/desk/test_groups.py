"""The groups of staff in a new shop: each can do its work, and nothing else."""

import pytest
from django.contrib.auth.models import Group, Permission

from tests.orders import shop
from tests.orders.admin_pages import url
from tests.orders.shop import COAT
from tests.users import people
from thriftshop.desk import groups

pytestmark = pytest.mark.django_db

# A page of the desk, and the groups that it is for.
PAGES = {
    "/admin/orders/order/": {"Packing", "Customer care", "Books"},
    "/admin/orders/entry/": {"Books"},
    "/admin/orders/adjustment/add/": {"Books"},
    "/admin/orders/email/": {"Customer care"},
    "/admin/inventory/level/": {"Packing", "Buying"},
    "/admin/inventory/movement/": {"Packing", "Buying"},
    "/admin/catalog/product/": {"Buying"},
    "/admin/catalog/product/add/": {"Buying"},
    "/admin/catalog/category/": {"Buying"},
    "/admin/cart/cartsummary/": {"Customer care"},
    "/admin/users/user/": {"Customer care"},
    "/admin/users/user/add/": set(),
    "/admin/auth/group/": set(),
    "/admin/sessions/session/": {"Customer care"},
    "/admin/events/event/": set(),
    "/admin/events/deadletter/": set(),
}


def member(client, group):
    """A colleague of one group, logged in."""
    user = people.a_user(f"{group.partition(' ')[0].lower()}@example.com", is_staff=True)
    user.groups.set([Group.objects.get(name=group)])
    client.force_login(user)
    return client


def test_a_new_shop_has_them_with_all_their_rights():
    assert set(Group.objects.values_list("name", flat=True)) == set(groups.declared())
    for name, codenames in groups.declared().items():
        granted = Permission.objects.filter(group__name=name).values_list("content_type__app_label", "codename")
        assert {f"{label}.{codename}" for label, codename in granted} == set(codenames)


@pytest.mark.parametrize("group", groups.declared())
def test_each_group_sees_its_own_pages_only(client, group):
    member(client, group)
    assert client.get("/admin/").status_code == 200
    for page, allowed_groups in PAGES.items():
        assert client.get(page).status_code == (200 if group in allowed_groups else 403), page


def test_packers_may_ship_and_bookkeepers_may_only_look(client):
    shop.open_shop()
    order = shop.confirmed((COAT, 2))
    form = {"key": "k", "line-1": "1"}
    member(client, "Packing").post(url("ship", order), form)
    assert shop.get(order.id).lines[0].shipped == 1
    member(client, "Books")
    assert client.get(url("change", order)).status_code == 200
    assert client.post(url("ship", order), form | {"key": "other"}).status_code == 403
    assert shop.get(order.id).lines[0].shipped == 1


@pytest.mark.parametrize("group", sorted(PAGES["/admin/orders/order/"]))
def test_an_order_links_to_pages_only_that_may_be_opened(client, group):
    shop.open_shop()
    order = shop.confirmed((COAT, 2))
    links = dict(member(client, group).get(url("change", order)).context["see_also"])
    assert "Staff history" in links
    for address in links.values():
        assert client.get(address).status_code == 200, address


def test_groups_changed_by_the_shop_are_kept(client):
    Group.objects.exclude(name="Packing").delete()
    Group.objects.get(name="Packing").permissions.clear()
    groups.create("default")
    (left,) = Group.objects.all()
    assert (left.name, left.permissions.count()) == ("Packing", 0)
