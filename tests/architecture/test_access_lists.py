"""The access lists of the contracts equal the calls that the code makes: none is missing, none is left over."""

import ast

import pytest
from django.conf import settings

from tests.architecture import calls
from thriftshop import contexts, contracts

CALLERS = contexts.known_callers()
ANYBODY = "any"


def granted() -> dict[str, set[tuple[str, str]]]:
    """The methods that each caller may call, except its own, those for any caller, and those of 2018."""
    found: dict[str, set[tuple[str, str]]] = {caller: set() for caller in CALLERS}
    for contract in contracts.live():
        for service in contract.services if not contract.is_legacy else ():
            for method in service.methods:
                for caller in set(method.callers) - {ANYBODY, contract.context}:
                    found[caller].add((f"{contract.name}.{service.name}", method.name))
    return found


def open_to_anybody() -> set[tuple[str, str]]:
    return {
        (f"{contract.name}.{service.name}", method.name)
        for contract in contracts.live()
        for service in contract.services
        for method in service.methods
        if ANYBODY in method.callers
    }


def deprecated() -> set[tuple[str, str]]:
    """Methods that only callers from before a change still need."""
    return {
        (f"{contract.name}.{service.name}", method.name)
        for contract in contracts.live()
        for service in contract.services
        for method in service.methods
        if "deprecated" in method.annotations
    }


def called(caller: str) -> set[tuple[str, str]]:
    """The calls in a caller's code, and those that the platform makes for it, to others."""
    own = caller in settings.ALL_CONTEXTS and contexts.get(caller).keeps_accounts
    made = calls.made_by(caller) | (set() if own else by_the_desk(caller))
    return {(service, method) for service, method in made if service.partition(".")[0] != caller} - open_to_anybody()


def by_the_desk(caller: str) -> set[tuple[str, str]]:
    """The staff's login in a process of its own, and the names of people in lists."""
    config = contexts.accounts()
    service = f"{config.label}.{config.service.__name__}"
    has_admin = caller in settings.ALL_CONTEXTS and contexts.get(caller).has_admin
    login = {(service, "authenticate_staff"), (service, "get_staff")} if has_admin else set()
    return login | ({(service, "get_users")} if names_people(caller) else set())


def names_people(caller: str) -> bool:
    return any(
        isinstance(node, ast.ImportFrom) and node.module == "thriftshop.desk" and node.names[0].name == "people"
        for path in (calls.APPS / caller).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
    )


@pytest.mark.parametrize("caller", CALLERS)
def test_every_call_in_the_code_is_granted(caller):
    assert called(caller) - granted()[caller] == set()


@pytest.mark.parametrize("caller", CALLERS)
def test_every_grant_has_a_call_in_the_code(caller):
    assert granted()[caller] - called(caller) - deprecated() == set()


def test_every_call_is_of_a_declared_method():
    declared = {
        (f"{contract.name}.{service.name}", method.name)
        for contract in contracts.live()
        for service in contract.services
        for method in service.methods
    }
    found = {call for caller in CALLERS for call in calls.made_by(caller)}
    assert len(found) > 80
    assert found - declared == set()


def test_only_the_platform_s_own_contract_is_open_to_anybody():
    assert {service for service, _ in open_to_anybody()} == {"platform.PlatformService"}


@pytest.mark.parametrize(
    "code",
    [
        "from thriftshop import rpc\nrpc.connect(orders.OrdersService).ship('key')",
        "async def f():\n    await rpc.aconnect(orders.OrdersService).ship('key')",
        "def f():\n    shop, done = connect(orders.OrdersService), 0\n    shop.ship('key')",
        "def shop():\n    return rpc.connect(orders.OrdersService)\ndef f():\n    shop().ship('key')",
        "def f(shop: orders.OrdersService):\n    g(shop.ship)",
        "shop = rpc.connect(orders.OrdersService)\ndef f():\n    shop.ship('key')",
    ],
)
def test_a_planted_call_is_found(tmp_path, code):
    file = tmp_path / "planted.py"
    file.write_text(code)
    module = calls.Module(file, {})
    module.learn()
    assert ("orders.OrdersService", "ship") in set(module.calls())


@pytest.mark.parametrize("caller", CALLERS)
def test_no_method_of_a_client_is_read_by_getattr(caller):
    found = {module.name: module.computed() for module in calls.modules_of(caller)}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "code",
    [
        "getattr(rpc.connect(orders.OrdersService), 'ship')('key')",
        "async def f(name):\n    await getattr(rpc.aconnect(orders.OrdersService), name)('key')",
        "def f(shop: orders.OrdersService):\n    g(getattr(shop, 'sh' + 'ip', None))",
        "shop = rpc.connect(orders.OrdersService)\ndef f():\n    getattr(shop, f'{x}_orders')()",
        "def shop():\n    return rpc.connect(orders.OrdersService)\ndef f():\n    getattr(shop(), 'ship')()",
    ],
)
def test_a_planted_getattr_of_a_client_is_found(tmp_path, code):
    file = tmp_path / "planted.py"
    file.write_text(code)
    module = calls.Module(file, {})
    module.learn()
    assert module.computed() == [1 + code.count("\n")]
    file.write_text("def f(shop):\n    getattr(shop, 'ship')\n    getattr(settings, 'X', None)")
    assert calls.Module(file, {}).computed() == []


def test_a_call_by_a_function_of_another_module_is_found(tmp_path):
    returning: dict[tuple[str, str], str] = {}
    (tmp_path / "shop.py").write_text("def service():\n    return rpc.connect(orders.OrdersService)")
    (tmp_path / "shop.py").write_text("bound = connect(orders.OrdersService)\n" + (tmp_path / "shop.py").read_text())
    (tmp_path / "use.py").write_text(
        "from apps.x.shop import bound, service\ndef f():\n    service().ship(bound.refund)\n"
    )
    (tmp_path / "used.py").write_text("from apps.x import shop\ndef f():\n    shop.service().cancel()\n")
    modules = [calls.Module(path, returning) for path in sorted(tmp_path.glob("*.py"))]
    for module in modules:
        module.learn()
    found = {call for module in modules for call in module.calls()}
    assert found == {("orders.OrdersService", method) for method in ("ship", "cancel", "refund")}
