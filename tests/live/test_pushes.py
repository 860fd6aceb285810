"""What is pushed, when, and at what cost."""

import asyncio

from tests.live import serving
from tests.live.serving import CART, ORDER, PRODUCTS
from thriftshop import clock

BACK = "subscription ($skus: [String!]!) { backInStock(skus: $skus) { sku } }"


def shown(data):
    product = data["products"]
    return product["sku"], product["price"]["amount"], product["stock"]["available"]


async def test_a_product_is_pushed_when_its_stock_or_price_changes(live):
    lamp, chair = live.stock("LAMP", 3), live.stock("CHAIR", 4)
    socket = await live.socket()
    await socket.subscribe("1", PRODUCTS, skus=[lamp.lower(), chair, lamp])
    assert sorted([shown(await socket.next("1")), shown(await socket.next("1"))]) == [(chair, 1000, 4), (lamp, 1000, 3)]
    live.receive(2, lamp)
    assert shown(await socket.next("1")) == (lamp, 1000, 5)
    live.set_price(chair, 900)
    assert shown(await socket.next("1")) == (chair, 900, 4)
    live.stock("OTHER", 1)
    live.write_off(5, lamp)
    assert shown(await socket.next("1")) == (lamp, 1000, 0)


async def test_a_price_that_ends_by_itself_is_pushed(live):
    lamp = live.stock("LAMP", 1)
    socket = await live.socket()
    live.set_price(lamp, 700, until=clock.now() + 3_000)
    await socket.subscribe("1", PRODUCTS, skus=[lamp])
    assert shown(await socket.next("1")) == (lamp, 700, 1)
    assert shown(await socket.next("1")) == (lamp, 1000, 1)


async def test_a_result_that_equals_the_last_one_is_not_sent_again(live):
    lamp = live.stock("LAMP", 1)
    socket = await live.socket()
    await socket.subscribe(
        "1", "subscription ($skus: [String!]!) { products(skus: $skus) { price { amount } } }", skus=[lamp]
    )
    assert await socket.next("1") == {"products": {"price": {"amount": 1000}}}
    live.receive(1, lamp)
    live.set_price(lamp, 999)
    assert await socket.next("1") == {"products": {"price": {"amount": 999}}}


async def test_a_product_is_announced_each_time_it_is_back_in_stock(live):
    lamp, chair = live.stock("LAMP"), live.stock("CHAIR", 1)
    socket = await live.socket()
    await socket.subscribe("1", BACK, skus=[lamp, chair])
    assert await socket.next("1") == {"backInStock": {"sku": chair}}
    live.receive(1, lamp)
    assert await socket.next("1") == {"backInStock": {"sku": lamp}}
    live.receive(1, lamp, chair)  # more of what there is: nothing to announce
    live.write_off(2, lamp)
    # The next step must not overtake the push: without it the two changes are one.
    await serving.until(lambda: live.metric("thriftshop_live_executions_total", field="backInStock") >= 2)
    await asyncio.sleep(0.5)
    live.receive(5, lamp)
    assert await socket.next("1") == {"backInStock": {"sku": lamp}}


async def test_a_hidden_product_is_sent_to_nobody_until_it_is_on_sale(live):
    lamp, chair = live.stock("LAMP", 1), live.stock("CHAIR", 1)
    sue = await asyncio.to_thread(live.staff, "sue")
    live.archive(lamp)
    stranger, staff = await live.socket(), await live.socket(sue.token)
    for socket in (stranger, staff):
        await socket.subscribe("1", PRODUCTS, skus=[lamp, chair, "NOTHING"])
        assert shown(await socket.next("1")) == (chair, 1000, 1)
    live.receive(1, lamp, chair)
    for socket in (stranger, staff):
        assert shown(await socket.next("1")) == (chair, 1000, 2)
    live.publish(lamp)
    for socket in (stranger, staff):
        assert shown(await socket.next("1")) == (lamp, 1000, 2)
    live.archive(lamp)
    live.receive(1, lamp, chair)
    for socket in (stranger, staff):
        assert shown(await socket.next("1")) == (chair, 1000, 3)


async def test_a_cart_and_an_order_are_pushed_after_each_change(live):
    ann, lamp = live.shop.person("ann"), live.stock("LAMP", 9)
    socket = await live.socket(ann.token)
    await socket.subscribe("cart", CART)
    before = (await socket.next("cart"))["myCart"]
    live.add(ann, lamp, 2)
    after = (await socket.next("cart"))["myCart"]
    assert (before["itemCount"], after["itemCount"]) == (0, 2)
    await socket.send("complete", "cart")
    placed = live.place(ann, lamp)
    await socket.subscribe("order", ORDER, id=placed["id"])
    versions, status = [], ""
    while status != "CONFIRMED":
        order = (await socket.next("order"))["myOrder"]
        versions.append(order["version"])
        status = order["status"]
    assert versions == sorted(set(versions))


async def test_all_of_a_customers_orders_are_followed_the_new_ones_too(live):
    ann, ben, lamp = live.shop.person("ann"), live.shop.person("ben"), live.stock("LAMP", 9)
    first = live.place(ann, lamp, "first")
    socket = await live.socket(ann.token)
    await socket.subscribe("1", "subscription { myOrders { number version status } }")
    assert (await socket.next("1"))["myOrders"]["number"] == first["number"]
    live.place(ben, lamp, "of another")
    second = live.place(ann, lamp, "second")
    seen = {}
    while (first["number"], "CONFIRMED") not in seen or (second["number"], "CONFIRMED") not in seen:
        order = (await socket.next("1"))["myOrders"]
        seen[order["number"], order["status"]] = order["version"]
    assert {number for number, _ in seen} == {first["number"], second["number"]}


async def test_subscribers_who_may_see_the_same_share_its_loading_and_execution(live):
    lamp = live.stock("LAMP", 1)
    sockets = [await live.socket() for _ in range(40)]
    for socket in sockets:
        for id_ in ("a", "b"):
            await socket.subscribe(id_, PRODUCTS, skus=[lamp])
            await socket.next(id_)
    executed = live.metric("thriftshop_live_executions_total", field="products")
    called = live.metric("thriftshop_call_seconds_count", service="InventoryService", method="get_levels")
    pushed = live.metric("thriftshop_live_pushes_total", field="products")
    live.receive(1, lamp)
    for socket in sockets:
        ids = set()
        for _ in range(2):
            message = await socket.receive()
            ids.add(message["id"])
            assert message["payload"]["data"]["products"]["stock"]["available"] == 2
        assert ids == {"a", "b"}
    assert live.metric("thriftshop_live_executions_total", field="products") == executed + 1
    assert live.metric("thriftshop_call_seconds_count", service="InventoryService", method="get_levels") <= called + 1
    assert live.metric("thriftshop_live_pushes_total", field="products") == pushed + 80


async def test_an_event_wakes_only_the_subscriptions_of_its_object(live):
    lamps = [live.stock(f"LAMP{number}", 1) for number in range(5)]
    sockets = [await live.socket() for _ in lamps]
    for socket, lamp in zip(sockets, lamps, strict=True):
        await socket.subscribe("1", PRODUCTS, skus=[lamp])
        await socket.next("1")
    executed = live.metric("thriftshop_live_executions_total", field="products")
    live.receive(1, lamps[2])
    assert shown(await sockets[2].next("1")) == (lamps[2], 1000, 2)
    assert live.metric("thriftshop_live_executions_total", field="products") == executed + 1


async def test_metrics_count_what_is_open_and_their_labels_are_bounded(live):
    lamp = live.stock("LAMP", 1)
    await serving.until(lambda: live.metric("thriftshop_live_connections") == 0)
    socket = await live.socket()
    for number in range(20):
        document = f"subscription Name{number} ($s: [String!]!) {{ a{number}: products(skus: $s) {{ sku }} }}"
        await socket.subscribe(f"odd-{number}", document, s=[lamp])
        await socket.next(f"odd-{number}")
    assert live.metric("thriftshop_live_connections", transport="websocket") == 1
    assert live.metric("thriftshop_live_subscriptions", field="products") == 20
    assert live.metric("thriftshop_live_push_seconds_count", field="products") > 0
    await socket.close()
    await serving.until(lambda: live.metric("thriftshop_live_subscriptions", field="products") == 0)
    assert live.metric("thriftshop_live_connections") == 0
