"""A customer's data, and calls of every method of every service by another viewer with the ids of that data."""

import importlib

import idl
from idl import cart, common, orders, platform, sessions, users
from tests import acting
from tests.journeys.foreign_calls import CustomerData, ServicesOnly
from tests.journeys.shop import order_input
from thriftshop import rpc


def contracts():
    """Every service that is declared, by name."""
    services = {}
    for name in idl.names():
        module = importlib.import_module(f"idl.{name}")
        for value in vars(module).values():
            if hasattr(value, "thrift_services") and value.__module__ == f"idl.{name}":
                services[value.__name__] = value
    return services


CONTRACTS = contracts()


def customer_with_order(shop, name):
    """A customer with an order, items in the cart, and an address; returns them and their data."""
    person = shop.person(name)
    shop.act("addToCart", {"sku": shop.sku(0), "quantity": 1}, "", person.token)
    shop.act("placeOrder", order_input(f"{name}'s order {shop.mark}"), "", person.token)
    shop.act("addToCart", {"sku": shop.sku(1), "quantity": 2}, "", person.token)
    address = common.Address(name="Ann Miller", lines=["12 Mill Lane"], city="York", postcode="YO1 7HD", country="GB")
    with acting.as_customer(person.id, person.session_id):
        entry = rpc.connect(users.UsersService).put_address(None, address, "Home", True)
    shop.catch_up()
    with acting.as_customer(person.id, person.session_id):
        (order,) = rpc.connect(orders.OrdersService).find_orders(orders.OrderFilter(), common.Page(first=10)).orders
        basket = rpc.connect(cart.CartService).get_cart(cart.CartRef())
    return person, CustomerData(person.id, person.email, entry.id, person.session_id, basket.id, order)


def visible_data(person):
    """All that a customer sees of their own."""
    with acting.as_customer(person.id, person.session_id):
        placed = rpc.connect(orders.OrdersService).find_orders(orders.OrderFilter(), common.Page(first=10)).orders
        devices = rpc.connect(sessions.SessionsService).get_sessions()
        return (
            placed,
            rpc.connect(orders.OrdersService).get_timeline(placed[0].id),
            rpc.connect(cart.CartService).get_cart(cart.CartRef()).lines,
            rpc.connect(users.UsersService).get_users([person.id]),
            [(device.id, device.device) for device in devices],
        )


def client_of(contract, transport):
    """A client of a contract; the platform's contract is called in the process of orders."""
    if contract is platform.PlatformService and transport == "http":
        return rpc.connect(contract, at="orders")
    return rpc.connect(contract)


def problem_of(client, call, method, data, caller, person):
    """The problem with the response to another viewer; empty if there is none."""
    is_refused = isinstance(call, ServicesOnly) or {"any", caller}.isdisjoint(method.callers)
    try:
        with acting.as_customer(person.id, person.session_id), rpc.using(caller=caller):
            answer = getattr(client, method.name)(*call.args(data))
    except (rpc.RpcError, *method.refusals) as error:
        expected = rpc.NotAllowed if is_refused else call.refusals
        return "" if isinstance(error, expected) else f"{method} as {caller}: {error!r}"
    if is_refused or call.refusals:
        return f"{method} as {caller} answered {answer!r:.200}"
    leaked = [mark for mark in data.marks() if mark in repr(answer)]
    return f"{method} as {caller} tells {leaked}" if leaked else ""


def callers_to_try(call, method):
    """The gateway, and every service that may call, with the other customer's token."""
    if isinstance(call, ServicesOnly):
        return ["gateway"]
    return sorted({"gateway", *method.callers} - {"any", "platform"})
