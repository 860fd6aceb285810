"""The platform names no context in imports, identifiers or strings; it only reads their configuration."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

PLATFORM = Path(__file__).resolve().parents[2] / "thriftshop"
NAMES = (*settings.ALL_CONTEXTS, *settings.ALL_DRIVERS)
# In a template: tags, variables and addresses; all else is words.
TEMPLATE_CODE = re.compile(r'\{[%{].*?[%}]\}|(?:href|src|action)="[^"]*"')
PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")

GATEWAY = "the API gateway as a pattern: the platform serves the schema that this setting names"
GATEWAY_API = "Kubernetes' Gateway API"
ACCOUNTS = "accounts that the development settings list; not the actor"
# Names that mean something else, by file, with the reason.
EXCEPTIONS = {
    "asgi.py": ({"GRAPHQL_GATEWAY"}, GATEWAY),
    "processes/serving.py": ({"GRAPHQL_GATEWAY", "gateway"}, GATEWAY),
    "urls.py": ({"GRAPHQL_GATEWAY"}, GATEWAY),
    "graphql/endpoint.py": ({"GRAPHQL_GATEWAY", "Gateway", "gateway"}, GATEWAY),
    "graphql/gateways.py": ({"GRAPHQL_GATEWAY", "Gateway", "gateway"}, GATEWAY),
    "graphql/live/hub.py": ({"Gateway", "gateway"}, GATEWAY),
    "graphql/live/operations.py": ({"Gateway", "gateway"}, GATEWAY),
    "graphql/live/rounds.py": ({"Gateway", "_gateway", "gateway"}, GATEWAY),
    "graphql/live/socket.py": ({"gateway"}, GATEWAY),
    "graphql/live/sse.py": ({"gateway"}, GATEWAY),
    "kubernetes/canary/cluster.py": ({"/apis/gateway.networking.k8s.io/v1/namespaces/"}, GATEWAY_API),
    "kubernetes/canary/flagger.py": ({"Gateway", "gatewayRefs"}, GATEWAY_API),
    "kubernetes/canary/kubernetes_api.py": ({"GATEWAY_TIMEOUT"}, "a status of HTTP"),
    "kubernetes/canary/manifests.py": ({"gateway.networking.k8s.io"}, GATEWAY_API),
    "kubernetes/chart.py": ({"Gateway", "gatewayClass", "gatewayClassName"}, GATEWAY_API),
    "kubernetes/ingress.py": ({"gateway.networking.k8s.io/v1"}, GATEWAY_API),
    "kubernetes/mesh.py": ({"gateway.networking.k8s.io"}, GATEWAY_API),
    "management/commands/graphql_schema.py": ({"GRAPHQL_GATEWAY", "gateway"}, GATEWAY),
    "management/commands/persist.py": ({"GRAPHQL_GATEWAY", "gateway"}, GATEWAY),
    "web/landing.py": ({"DEMO_ACCOUNTS"}, ACCOUNTS),
    "management/commands/split.py": ({"DEMO_ACCOUNTS", "no_demo", "--no-demo"}, ACCOUNTS),
    "management/commands/up.py": ({"DEMO_ACCOUNTS", "no_demo", "--no-demo"}, ACCOUNTS),
    "desk/accounts.py": ({"get_users"}, "a method that the contract of the accounts must have"),
    "desk/people.py": ({"get_users", "users"}, "a method that the contract of the accounts must have"),
    "telemetry/exposition.py": (
        {"CollectorRegistry", "REGISTRY", "prometheus_client.registry"},
        "the Prometheus client's registry of metrics",
    ),
    "desk/site.py": ({"_registry"}, "Django's registry of ModelAdmins"),
    "identity/apps.py": (
        {"StaffSessionsConfig", "SessionsConfig", "django.contrib.sessions.apps", "staff_sessions"},
        "Django's own sessions, which keep staff logged in to the admin",
    ),
}


def modules(root: Path = PLATFORM):
    return sorted(path for path in root.rglob("*.py") if "migrations" not in path.parts)


def named(source: str) -> set[str]:
    """The contexts' names in a module's imports, identifiers and strings, except docstrings."""
    tree = ast.parse(source)
    found: set[str] = set()
    for node in ast.walk(tree):
        for text in identifiers(node):
            if {part.lower() for part in PART.findall(text)} & set(NAMES):
                found.add(text)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and is_named_by(node.value.strip()):
            found.add(node.value)
    return found


def is_named_by(text: str) -> bool:
    """Whether a string that is no sentence has a context's name in it: a module, a path, a setting, a host."""
    return not re.search(r"\s", text) and not set(NAMES).isdisjoint(part.lower() for part in PART.findall(text))


def identifiers(node: ast.AST):
    """The identifiers that a node holds itself."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from (node.module or "",) if isinstance(node, ast.ImportFrom) else ()
        yield from (alias.name for alias in node.names)
        yield from (alias.asname or "" for alias in node.names)
    for field in ("id", "attr", "arg", "name"):
        if isinstance(value := getattr(node, field, None), str):
            yield value


def named_in_template(source: str) -> set[str]:
    return {code for code in TEMPLATE_CODE.findall(source) if set(PART.findall(code)) & set(NAMES)}


def found_by_file() -> dict[str, set[str]]:
    found = {path.relative_to(PLATFORM).as_posix(): named(path.read_text()) for path in modules()}
    return {place: names for place, names in found.items() if names}


def test_no_module_of_the_platform_names_a_context():
    found = {place: names - EXCEPTIONS.get(place, (set(), ""))[0] for place, names in found_by_file().items()}
    assert {place: names for place, names in found.items() if names} == {}


def test_no_template_of_the_platform_names_a_context():
    templates = {path.relative_to(PLATFORM).as_posix(): path.read_text() for path in PLATFORM.rglob("*.html")}
    assert len(templates) > 3
    found = {place: named_in_template(source) for place, source in templates.items()}
    assert {place: names for place, names in found.items() if names} == {}


def test_every_exception_is_still_needed():
    found = found_by_file()
    unused = {place: names - found.get(place, set()) for place, (names, _) in EXCEPTIONS.items()}
    assert {place: names for place, names in unused.items() if names} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from idl import catalog", {"catalog"}),
        ("import apps.orders.models", {"apps.orders.models"}),
        ("def f():\n    from apps.cart import domain", {"apps.cart"}),
        ("x = 'gateway'", {"gateway"}),
        ("x = f'{a}orders.view_order'", {"orders.view_order"}),
        ("x = 'apps.users.models'", {"apps.users.models"}),
        ("x = '/admin/orders/order/'", {"/admin/orders/order/"}),
        ("x = 'catalog:8101'", {"catalog:8101"}),
        ("getattr(settings, 'CART_LIFETIME_DAYS')", {"CART_LIFETIME_DAYS"}),
        ("CartConfig()", {"CartConfig"}),
        ("settings.REGISTRY_URL", {"REGISTRY_URL"}),
        ("call(trade=1)", {"trade"}),
        ("x = 'orders and products, in a sentence'", set()),
        ("trader = ordering = 'gateways'", set()),
    ],
)
def test_a_planted_name_is_found(source, found):
    assert named(source) == found


@pytest.mark.parametrize(
    ("source", "is_found"),
    [
        ('{% url "admin:orders_order_changelist" %}', True),
        ("{{ registry.address }}", True),
        ('<a href="/admin/catalog/">Products</a>', True),
        ("<p>The demo shop's orders</p>{{ link.name }}", False),
    ],
)
def test_a_name_planted_in_a_template_is_found(source, is_found):
    assert bool(named_in_template(source)) is is_found
