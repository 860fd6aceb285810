"""The admin of stock: its pages, actions and refusals."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse

from apps.inventory import service
from apps.inventory.models import Movement
from idl import common, inventory
from tests import acting
from thriftshop import clock, rpc
from thriftshop.events import progress

pytestmark = pytest.mark.django_db

LEVELS, LEDGER = "admin:inventory_level_changelist", "admin:inventory_movement_changelist"


@pytest.fixture
def staff():
    """Somebody who works here and may do everything."""
    return get_user_model().objects.create_superuser(email="boss@shop.example")


@pytest.fixture
def admin(client, staff):
    """A browser in which they are logged in."""
    client.force_login(staff)
    return client


@pytest.fixture
def goods(stock):
    """Thirty plates, two cups, no saucers (they are gone), and five bowls of which four are reserved."""
    with acting.as_staff("inventory"):
        lines = {"PLATE": 30, "CUP": 2, "SAUCER": 1, "BOWL": 5}
        stock.receive("d", [inventory.StockLine(sku=sku, quantity=n) for sku, n in lines.items()], "DN-1", None)
        stock.write_off("w", [inventory.StockLine(sku="SAUCER", quantity=1)], "broken", None)
    with acting.as_service("orders"):
        stock.reserve("order-1", [inventory.StockLine(sku="BOWL", quantity=4)], 900)
    progress.catch_up()


def send(admin, move, lines, page=None, **about):
    """Fill in the form of a move as it was served, and send it; `page` is one that was served after a refusal."""
    page = page or admin.get(reverse(f"admin:inventory_{move}"))
    key = re.search(r'name="key" value="(\w+)"', page.content.decode())[1]
    data = {"key": key, "lines-TOTAL_FORMS": len(lines), "lines-INITIAL_FORMS": 0, **about}
    for number, (sku, quantity) in enumerate(lines):
        data |= {f"lines-{number}-sku": sku, f"lines-{number}-quantity": quantity}
    return admin.post(reverse(f"admin:inventory_{move}"), data, follow=True), data


def level(stock, sku):
    with acting.as_stranger():
        return stock.get_levels([sku])[0].on_hand


@pytest.mark.usefixtures("goods")
def test_levels_are_shown_with_low_stock_first(admin):
    page = admin.get(reverse(LEVELS)).content.decode()
    assert re.findall(r'<th class="field-sku"><a[^>]*>(\w+)<', page) == ["SAUCER", "BOWL", "CUP", "PLATE"]
    assert page.count("ts-badge bad") == 1
    assert page.count("ts-badge warn") == 2


@pytest.mark.usefixtures("goods")
@pytest.mark.parametrize(
    ("chosen", "skus"),
    [("none", ["SAUCER"]), ("low", ["BOWL", "CUP"]), ("enough", ["PLATE"]), ("reserved", ["BOWL"])],
)
def test_levels_can_be_filtered(admin, settings, chosen, skus):
    found = admin.get(reverse(LEVELS), {"stock": chosen}).context["cl"].result_list
    assert [one.sku for one in found] == skus
    settings.LOW_STOCK = 50
    low = admin.get(reverse(LEVELS), {"stock": "low"}).context["cl"].result_list
    assert [one.sku for one in low] == ["BOWL", "CUP", "PLATE"]


@pytest.mark.usefixtures("goods")
def test_the_index_shows_skus_out_of_stock_and_low_stock(admin):
    figures = {one.label: (one.value, one.style) for one in admin.get(reverse("admin:index")).context["figures"]}
    assert figures["Out of stock"] == ("1", "warn")
    assert figures["Low stock"] == ("2", "warn")


def test_receiving_goods_records_the_actor(admin, staff, stock):
    page, _ = send(admin, "receive", [("PLATE", 12), ("CUP", 3)], reference="DN-7", reason="")
    assert "CUP: 3 on hand, 3 available; PLATE: 12 on hand" in page.content.decode()
    assert level(stock, "PLATE") == 12
    progress.catch_up()
    movement = Movement.objects.get(sku="PLATE")
    assert (movement.actor, movement.reference, movement.kind) == (str(staff.pk), "DN-7", "StockReceived")


def test_a_form_submitted_twice_has_one_effect(admin, stock):
    _, data = send(admin, "receive", [("PLATE", 12)], reference="", reason="")
    admin.post(reverse("admin:inventory_receive"), data)
    assert level(stock, "PLATE") == 12


@pytest.mark.usefixtures("goods")
def test_goods_are_counted_with_a_reason(admin, stock):
    send(admin, "count", [("PLATE", 28), ("CUP", 0)], reason="stock-taking")
    assert (level(stock, "PLATE"), level(stock, "CUP")) == (28, 0)
    page, _ = send(admin, "count", [("PLATE", 5)], reason=" ")
    assert "This field is required" in page.content.decode()
    page, _ = send(admin, "count", [("BOWL", 3)], reason="stock-taking")
    assert "4 of BOWL are reserved for orders" in page.content.decode()
    assert (level(stock, "PLATE"), level(stock, "BOWL")) == (28, 5)


@pytest.mark.usefixtures("goods")
def test_at_most_the_available_quantity_is_written_off(admin, stock):
    send(admin, "write_off", [("PLATE", 2)], reason="dropped", reference="")
    page, _ = send(admin, "write_off", [("PLATE", 1), ("BOWL", 2)], reason="dropped", reference="")
    assert "There is not enough of BOWL (2 requested, 1 available)." in page.content.decode()
    assert (level(stock, "PLATE"), level(stock, "BOWL")) == (28, 5)


@pytest.mark.usefixtures("goods")
def test_a_partly_refused_count_lists_the_counted_skus(admin, stock):
    page, _ = send(admin, "count", [("PLATE", 28), ("BOWL", 3), ("CUP", 1)], reason="stock-taking")
    figures = page.content.decode()
    assert "Counted: PLATE (28). Not counted: BOWL: 4 of BOWL are reserved for orders" in figures
    assert "Only a part was done" in figures
    assert 'name="reason" value="stock-taking"' in figures
    assert "Nothing was changed" not in figures
    assert (level(stock, "PLATE"), level(stock, "BOWL"), level(stock, "CUP")) == (28, 5, 2)
    send(admin, "count", [("PLATE", 27), ("BOWL", 4), ("CUP", 1)], page=page, reason="stock-taking")
    assert (level(stock, "PLATE"), level(stock, "BOWL"), level(stock, "CUP")) == (27, 4, 1)


def test_a_form_without_a_response_is_submitted_again_with_the_same_key(admin, stock, monkeypatch):
    receive = service.Service.receive

    def lost_on_its_way_back(*args):
        receive(*args)
        raise rpc.Unavailable("gone")

    monkeypatch.setattr(service.Service, "receive", staticmethod(lost_on_its_way_back))
    page, _ = send(admin, "receive", [("PLATE", 12)], reference="", reason="")
    assert "Submit the form again without changes" in page.content.decode()
    assert "Nothing was changed" not in page.content.decode()
    monkeypatch.setattr(service.Service, "receive", staticmethod(receive))
    send(admin, "receive", [("PLATE", 12)], page=page, reference="", reason="")
    assert level(stock, "PLATE") == 12


@pytest.mark.parametrize("sku", ["CUP_24", "A.B-C_5F", "_3A"])
def test_the_ledger_links_to_the_stock_card_of_any_sku(admin, stock, sku):
    with acting.as_staff("inventory"):
        stock.receive("d", [inventory.StockLine(sku=sku, quantity=3)], None, None)
    progress.catch_up()
    for name in (LEDGER, LEVELS):
        (link,) = set(
            re.findall(r'href="(/admin/inventory/level/[^"?]+/change/)', admin.get(reverse(name)).content.decode())
        )
        assert admin.get(link).context["level"].sku == sku


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([("PLATE", -1)], "greater than or equal to 1"),
        ([("PLATE", "many")], "Enter a whole number"),
        ([("PLATE", 10**10)], "less than or equal to 2000000000"),
        ([("a plate!", 1)], "is not a SKU: a SKU has 1 to 64 characters"),
        ([("☂" * 10_000, 1)], "is not a SKU: a SKU has 1 to 64 characters"),
        ([("PLATE", 1), ("PLATE", 2)], "enter each SKU once"),
        ([("", "")], "Enter at least one line"),
    ],
)
def test_invalid_input_is_reported_at_its_field(admin, stock, lines, problem):
    page, _ = send(admin, "receive", lines, reference="", reason="")
    assert problem in page.content.decode()
    assert "Nothing was changed" in page.content.decode()
    assert level(stock, "PLATE") == 0


@pytest.mark.usefixtures("goods")
@pytest.mark.parametrize("action", ["receive", "count", "write_off"])
def test_an_action_opens_the_form_with_the_selected_skus(admin, action):
    data = {"action": f"{action}_chosen", "_selected_action": ["CUP", "BOWL"]}
    page = admin.post(reverse(LEVELS), data, follow=True)
    values = re.findall(r'name="lines-\d-sku" value="(\w+)"', page.content.decode())
    assert sorted(values) == ["BOWL", "CUP"]


@pytest.mark.usefixtures("goods")
def test_the_stock_card_shows_the_current_level_and_the_movements(admin, stock):
    with acting.as_staff("inventory"):
        stock.count("c", "BOWL", 9, "found four more")
    page = admin.get(reverse("admin:inventory_level_change", args=["BOWL"])).content.decode()
    assert '<dd class="figure">9</dd>' in page
    assert "order-1" in page
    assert admin.get(reverse("admin:inventory_level_change", args=["NONE"])).status_code == 404


def test_the_level_at_a_past_moment_can_be_looked_up(admin, stock):
    with acting.as_staff("inventory"):
        stock.receive("d", [inventory.StockLine(sku="CUP", quantity=3)], None, None)
    tomorrow = f"{clock.datetime_of(clock.now() + 86_400_000):%Y-%m-%dT%H:%M}"
    for at, on_hand in (("2020-01-01T00:00", 0), (tomorrow, 3)):
        page = admin.get(reverse("admin:inventory_at"), {"skus": "CUP, PLATE", "at": at})
        (cup, now), (plate, _) = page.context["levels"]
        assert (cup.on_hand, now.on_hand, plate.on_hand) == (on_hand, 3, 0)
    for bad in ({"skus": "a b!", "at": tomorrow}, {"skus": "CUP", "at": "yesterday"}, {"skus": "", "at": ""}):
        page = admin.get(reverse("admin:inventory_at"), bad)
        assert "errorlist" in page.content.decode()


@pytest.mark.usefixtures("goods")
@pytest.mark.parametrize(
    ("choice", "number"),
    [
        ({}, 6),
        ({"of": "BOWL"}, 2),
        ({"kind": "StockWrittenOff"}, 1),
        ({"by": "orders"}, 1),
        ({"of": "BOWL", "by": acting.STAFF}, 1),
        ({"since": "2020-01-01"}, 6),
        ({"before": "2020-01-01"}, 0),
        ({"since": "no day"}, 6),
        ({"q": "order-1"}, 1),
        ({"q": "SAUCER"}, 2),
        ({"q": "☂"}, 0),
    ],
)
def test_the_ledger_can_be_searched_by_sku_kind_person_and_day(admin, choice, number):
    page = admin.get(reverse(LEDGER), choice)
    assert page.status_code == 200
    assert page.context["cl"].result_count == number


@pytest.mark.usefixtures("goods")
def test_a_text_filter_keeps_the_other_filters(admin):
    page = admin.get(reverse(LEDGER), {"kind": "StockReceived", "of": "BOWL"}).content.decode()
    assert '<input type="hidden" name="kind" value="StockReceived">' in page
    assert 'name="of" value="BOWL"' in page


@pytest.mark.usefixtures("goods")
def test_the_ledger_can_only_be_read(admin):
    movement = Movement.objects.first()
    assert admin.get(reverse("admin:inventory_movement_change", args=[movement.pk])).status_code == 200
    assert admin.post(reverse("admin:inventory_movement_change", args=[movement.pk]), {"sku": "X"}).status_code == 403
    assert admin.post(reverse("admin:inventory_movement_delete", args=[movement.pk])).status_code == 403
    assert admin.get(reverse("admin:inventory_movement_add")).status_code == 403
    assert admin.get(reverse("admin:inventory_level_add")).status_code == 403
    assert admin.post(reverse("admin:inventory_level_delete", args=["BOWL"])).status_code == 403


@pytest.mark.usefixtures("goods")
def test_users_with_view_permission_cannot_change_anything(client, stock):
    reader = get_user_model().objects.create_user(email="reader@shop.example")
    reader.is_staff = True
    reader.save()
    reader.user_permissions.set(Permission.objects.filter(codename__in=["view_level", "view_movement"]))
    client.force_login(reader)
    assert "Receive goods" not in client.get(reverse(LEVELS)).content.decode()
    for move in ("receive", "count", "write_off"):
        assert client.get(reverse(f"admin:inventory_{move}")).status_code == 403
        assert client.post(reverse(f"admin:inventory_{move}"), {}).status_code == 403
    assert client.get(reverse("admin:inventory_at")).status_code == 200


def test_strangers_and_customers_are_redirected_to_the_login(client):
    customer = get_user_model().objects.create_user(email="c@shop.example")
    for _ in range(2):
        for name in (LEVELS, LEDGER, "admin:inventory_receive", "admin:inventory_at"):
            assert client.get(reverse(name)).status_code == 302
        client.force_login(customer)


@pytest.mark.usefixtures("goods")
def test_the_pages_of_a_large_ledger_are_read_in_few_queries(admin, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        admin.get(reverse(LEDGER))
    with django_assert_max_num_queries(12):
        admin.get(reverse(LEVELS))


def test_a_page_of_movements_is_the_struct_of_the_contract(stock):
    with acting.as_staff("inventory"):
        assert stock.get_movements("NONE", common.Page(first=5)).movements == []
