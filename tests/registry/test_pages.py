"""The pages: everything that idl/ declares is on its page, every link works, and the HTML is valid."""

from urllib.parse import urldefrag, urljoin

import pytest

from apps.registry import places, schema, topics
from tests.registry import html_pages
from thriftshop import contexts, contracts
from thriftshop.rpc import reflection

LIBRARY = contracts.live()
DECLARED = [(home, declaration) for home in LIBRARY for declaration in home.declarations]
SERVICES = [(home, service) for home in LIBRARY for service in home.services]
TOPICS = topics.all_of(LIBRARY)


def plain(text):
    """A text as a page shows it: without the backticks of code."""
    return " ".join(text.replace("`", "").split())


def bare(text):
    """A type without blanks, because a page may wrap it."""
    return str(text).replace(" ", "")


def check_field(sheet, field, where):
    assert where in sheet.ids, where
    row = sheet.at(where)
    assert row.startswith(f"{field.id}{field.name}") or row.startswith(f"{field.id} {field.name}"), row
    assert bare(field.type) in bare(row)
    assert plain(field.doc) in row
    assert field.requiredness == "default" or field.requiredness in row
    assert ("personal data" in row) == (field.personal is not None)
    for reader in field.readers:
        assert reader in row


@pytest.mark.parametrize(("home", "one"), DECLARED, ids=[f"{home.name}.{one.name}" for home, one in DECLARED])
def test_everything_declared_is_on_its_page_with_its_description(sheet, home, one):
    page = sheet(places.declaration(home.name, one.name))
    assert one.name in page.text
    assert plain(one.doc) in page.text
    assert f"line {one.line}" in page.text
    assert ("legacy: 2018" in page.text) == home.is_legacy
    if isinstance(one, contracts.Struct):
        for field in one.fields:
            check_field(page, field, field.name)
    if isinstance(one, contracts.Enum):
        for value in one.values:
            assert page.at(value.name).replace(" ", "").startswith(f"{value.value}{value.name}")
            assert plain(value.doc) in page.at(value.name)


@pytest.mark.parametrize(("home", "one"), SERVICES, ids=[f"{home.name}.{one.name}" for home, one in SERVICES])
def test_every_method_shows_its_arguments_result_refusals_and_callers(sheet, home, one):
    page = sheet(places.declaration(home.name, one.name))
    for method in one.methods:
        shown = page.at(method.name)
        assert plain(method.doc) in shown
        deadline = method.deadline_ms or reflection.DEFAULT_DEADLINE_MS
        assert f"Deadline{deadline}ms" in bare(shown)
        assert bare(f"Returns{method.result}") in bare(shown)
        assert ("safe: repeating the same call" in shown) == method.idempotent
        if not home.is_legacy:
            for caller in method.callers:
                assert caller in shown.split("Deadline")[0]
        for argument in method.arguments:
            assert bare(f"{argument.id}{argument.name}{argument.type}") in bare(shown)
        for refusal in method.throws:
            assert bare(f"{refusal.type}as{refusal.name}") in bare(shown)


@pytest.mark.parametrize("topic", TOPICS, ids=lambda case: case.name)
def test_every_topic_shows_its_events_its_writer_and_its_readers(sheet, topic):
    page = sheet(places.topic(topic.name))
    for member in topic.union.fields:
        shown = page.at(member.name)
        struct = LIBRARY.find(topic.name, member.type.name)
        assert struct.name in shown
        assert plain(member.doc) in shown
        for field in struct.fields:
            assert bare(f"{field.name}{field.type}") in bare(shown)
        for reader in member.readers:
            assert reader in shown
    for name in (topic.producer, *topic.readers):
        assert name in page.text


def test_every_topic_of_the_shop_is_registered():
    assert {one.name for one in TOPICS} == set(contexts.topics())


def test_groups_that_follow_a_topic_are_shown_on_its_page(sheet):
    assert "recommender.baskets" in sheet(places.topic("orders")).text


@pytest.mark.parametrize("name", schema.types())
def test_every_graphql_type_is_on_its_page_with_its_fields(sheet, name):
    one = schema.types()[name]
    page = sheet(places.graphql_type(name))
    assert plain(one.doc) in page.text
    for field in one.fields:
        shown = page.at(field.name)
        assert plain(field.doc) in shown
        assert bare(field.type) in bare(shown)
        for argument in field.arguments:
            assert bare(f"{argument.name}{argument.type}") in bare(shown)
            assert plain(argument.doc) in shown


def test_the_overview_names_every_service_and_marks_those_of_2018(sheet):
    page = sheet("/registry")
    for home, one in SERVICES:
        assert places.declaration(home.name, one.name) in page.links
    assert page.text.count("legacy: 2018") == sum(home.is_legacy for home, _ in SERVICES)
    for topic in TOPICS:
        assert places.topic(topic.name) in page.links


@pytest.mark.parametrize("home", list(LIBRARY), ids=lambda home: home.name)
def test_the_page_of_a_contract_links_to_all_its_declarations(sheet, home):
    links = sheet(places.contract(home.name)).links
    for declaration in home.declarations:
        assert places.declaration(home.name, declaration.name) in links


def test_the_page_of_the_schema_links_to_all_its_types(sheet):
    links = sheet("/registry/graphql").links
    for name in schema.types():
        assert places.graphql_type(name) in links


def test_a_type_lists_its_uses(sheet):
    page = sheet(places.declaration("common", "Money"))
    for use in ("argument", "catalog.Price.money", "orders.OrdersService.refund", "orders.Order.total"):
        assert use in page.text


def test_every_link_works_and_every_page_is_valid(client, opened):
    """Follow all links from the first page on, fragments included."""
    waiting, seen, problems = ["/registry"], {}, []
    links = set()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        response = client.get(address)
        seen[address] = set()
        if response.status_code != 200:
            problems.append((address, response.status_code))
        elif response["Content-Type"].startswith("text/html") and address.startswith("/registry"):
            page = html_pages.Page(response.content.decode())
            problems += [(address, problem) for problem in page.problems]
            seen[address] = set(page.ids)
            for link in page.links:
                target, fragment = urldefrag(urljoin(address, link))
                if not target.startswith("/static/"):
                    links.add((target, fragment))
                    waiting.append(target)
    assert problems == []
    assert [link for link in links if link[1] and link[1] not in seen[link[0]]] == []
    expected = len(DECLARED) + len(schema.types()) + len(TOPICS) + len(LIBRARY.contracts)
    assert len(seen) > expected


@pytest.mark.parametrize(
    "address",
    [
        "/registry/contracts/nothing",
        "/registry/contracts/catalog/Nothing",
        "/registry/contracts/nothing/Nothing",
        "/registry/topics/nothing",
        "/registry/topics/common",
        "/registry/graphql/Nothing",
    ],
)
def test_an_unregistered_name_is_not_found(client, opened, address):
    response = client.get(address)
    assert response.status_code == 404
    page = html_pages.Page(response.content.decode())
    assert page.problems == []
    assert "Not in the registry" in page.text


def test_input_is_escaped_in_pages(client, opened):
    for address in ("/registry/contracts/<b>bold", "/registry/topics/<b>bold", "/registry/search?q=<b>bold"):
        text = client.get(address).content.decode()
        assert "<b>" not in text
        assert "&lt;b&gt;bold" in text


def test_pages_load_nothing_from_other_origins(client, opened):
    response = client.get("/registry")
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "http://" not in response.content.decode()
    assert "https://" not in response.content.decode()
    assert "<style" not in response.content.decode()


def test_the_landing_page_links_to_the_registry_if_it_is_hosted(client, settings):
    assert b'href="/registry"' in client.get("/").content
    settings.REGISTRY_URL = "https://registry.shop.example/registry"
    assert b'href="https://registry.shop.example/registry"' in client.get("/").content
    settings.REGISTRY_URL = ""
    assert b"registry" not in client.get("/").content.split(b"Services")[1].split(b"</ul>")[0]
