"""Every page, public or for staff, passes axe-core; pages registered later are included automatically."""

import re
from urllib.parse import quote

from django.contrib import admin
from django.contrib.admin.utils import quote as quoted
from django.contrib.auth.models import Group
from django.urls import reverse
from playwright.sync_api import expect

from settings import accounts, development
from tests.browser import accessibility
from thriftshop.events import envelope
from thriftshop.telemetry import tracing

STANDARD = {"changelist", "add", "history", "delete", "change"}


def trace_of(event):
    return tracing.trace_id(envelope.peek(bytes(event.payload)).context.traceparent or "") or "1" * 32


# What an address needs that is not the key of an object.
PARAMETERS = {"<str:trace>": trace_of}


def own_pages(model_admin, first):
    """The addresses of the pages that an admin adds to Django's own, as far as one object leads to them."""
    info = f"{model_admin.opts.app_label}_{model_admin.opts.model_name}_"
    base = reverse(f"admin:{info}changelist")
    for pattern in model_admin.get_urls():
        route = str(pattern.pattern)
        if (pattern.name or "").removeprefix(info) in STANDARD or route.endswith(
            ("<path:object_id>/", "autocomplete/")
        ):
            continue
        holes = re.findall(r"<[^>]*>", route)
        if not holes:
            yield base + route
        elif len(holes) == 1 and first is not None:
            value = PARAMETERS.get(holes[0], lambda shown: quoted(str(shown.pk)))(first)
            yield base + route.replace(holes[0], value)


def pages_of(model_admin, request):
    """The addresses of all pages of a model: its list, a new one, one that is there."""
    info = f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_"
    first = model_admin.model._default_manager.order_by("-pk").first()
    assert first is not None, f"The shop of the tests has no {model_admin.opts.verbose_name} to look at."
    yield reverse(f"{info}changelist")
    if model_admin.has_add_permission(request):
        yield reverse(f"{info}add")
    yield reverse(f"{info}change", args=[quoted(str(first.pk))])


def addresses(desk, request):
    """All addresses of the admin that can be looked at; of Django's pages that are the same for all models, one each."""
    group = Group.objects.get(name="Buyers").pk
    yield from ("/admin/", "/admin/password_change/", "/admin/auth/", f"/admin/auth/group/{group}/delete/")
    for model_admin in admin.site._registry.values():
        yield from pages_of(model_admin, request)
        first = model_admin.model._default_manager.order_by("-pk").first()
        yield from (address for address in own_pages(model_admin, first) if is_page(desk, address))


def is_page(desk, address):
    """Whether there is something to look at: some addresses are buttons' alone, some lead elsewhere, some are files."""
    answer = desk.request.get(address, max_redirects=0)
    return answer.status not in (302, 403, 405) and "text/html" in answer.headers["content-type"]


def test_every_admin_page_is_accessible(desk, staff, goods, rf):
    request = rf.get("/admin/")
    request.user = staff
    found = {}
    for address in addresses(desk, request):
        response = desk.goto(address)
        problems = (
            accessibility.violations(desk, sidebar=address == "/admin/auth/")
            if response.status == 200
            else [f"answered {response.status}"]
        )
        if problems:
            found[address] = problems
    assert found == {}


def test_every_list_can_be_searched(desk, staff, rf, goods):
    request = rf.get("/admin/")
    request.user = staff
    searched = [one for one in admin.site._registry.values() if one.get_search_fields(request)]
    for model_admin in searched:
        address = reverse(f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_changelist")
        for words in ("nothing is called this", "\N{UMBRELLA}" * 1000, "'; --"):
            assert desk.request.get(address, params={"q": words}).status == 200, (address, words)
    desk.goto(f"{address}?q={quote('nothing is called this')}")
    expect(desk.locator(".ts-empty")).to_contain_text("No results")
    accessibility.check(desk)


def test_public_pages_are_accessible(page, settings):
    settings.GRAPHQL_OPEN = True
    settings.DEMO_ACCOUNTS = accounts.DEMO_ACCOUNTS
    settings.DEBUG = True
    public = ("/", "/graphql", "/account/verify-email#token=x", "/account/reset-password#token=x", "/admin/login/")
    found = {}
    for address in (*public, "/no/such/page", "/admin/orders/order/"):
        assert page.goto(address).status == (404 if address.startswith("/no") else 200)
        if problems := accessibility.violations(page):
            found[address] = problems
    assert found == {}


def test_pages_fit_on_a_telephone(desk, goods, settings):
    settings.GRAPHQL_OPEN = True
    desk.set_viewport_size({"width": 375, "height": 700})
    wide = []
    for address in (
        "/",
        "/graphql",
        "/account/reset-password",
        "/account/find-order",
        "/admin/",
        "/admin/events/event/",
        "/admin/inventory/level/",
    ):
        desk.goto(address)
        if desk.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(address)
    assert wide == []


def test_the_landing_pages_query_works(page, goods):
    page.goto("/")
    query = page.get_by_label("A GraphQL query").text_content()
    answer = page.request.post("/graphql", data={"query": query}).json()
    (edge,) = answer["data"]["products"]["edges"]
    assert edge["node"] == {
        "name": "Teapot, hardly used",
        "price": {"amount": 12_50, "currency": "GBP"},
        "stock": {"available": edge["node"]["stock"]["available"]},
    }


def test_the_explorer_runs_its_examples_and_shows_the_schema(page, goods, settings):
    settings.GRAPHQL_OPEN = True
    page.goto("/graphql")
    page.get_by_label("Example").select_option(index=1)
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#answer")).to_contain_text('"data"')
    expect(page.locator("#answer")).not_to_contain_text('"errors"')
    page.get_by_placeholder("Find a type or a field").fill("placeOrder")
    expect(page.locator("#docs")).to_contain_text("placeOrder")
    accessibility.check(page)


def test_graphiql_runs_an_example_and_shows_the_schema(page, goods, settings):
    settings.GRAPHQL_OPEN = True
    settings.STATICFILES_DIRS = development.STATICFILES_DIRS
    page.goto("/graphql")
    page.get_by_role("button", name="Categories").click()
    page.get_by_role("button", name="Execute query").click()
    expect(page.get_by_label("Result Window").first).to_contain_text('"Kitchen"')
    page.get_by_label("Show Documentation Explorer").click()
    page.get_by_role("combobox").fill("placeOrder")
    expect(page.get_by_role("option", name="placeOrder").first).to_be_visible()


# Its dialogs mark their ends by elements that take the focus and have no role (react-focus-lock).
UPSTREAM = ("focus-order-semantics",)


def test_graphiql_is_accessible(page, goods, settings):
    settings.GRAPHQL_OPEN = True
    settings.STATICFILES_DIRS = development.STATICFILES_DIRS
    page.goto("/graphql")
    page.get_by_role("button", name="Execute query").click()
    expect(page.get_by_label("Result Window").first).to_contain_text('"data"')
    found = {"at first": accessibility.violations(page)}
    page.get_by_role("textbox", name="Query Editor").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("textbox", name="Query Editor")).not_to_be_focused()
    for panel in ("Documentation Explorer", "History"):
        page.get_by_label(f"Show {panel}").click()
        found[panel] = accessibility.violations(page)
    for dialog in ("short keys", "settings"):
        page.get_by_label(f"Open {dialog} dialog").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        found[dialog] = accessibility.violations(page, upstream=UPSTREAM)
        page.keyboard.press("Escape")
    assert {where: faults for where, faults in found.items() if faults} == {}
    page.set_viewport_size(accessibility.TELEPHONE)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


# For a tenth of a second after a change the editor still names the operation that it held before.
CHANGE_AND_RUN = """(editor, [text, run]) => { editor.CodeMirror.setValue(text); run.click(); }"""


def test_graphiql_runs_what_it_shows_right_after_a_change(page, goods, settings):
    settings.GRAPHQL_OPEN = True
    settings.STATICFILES_DIRS = development.STATICFILES_DIRS
    page.goto("/graphql")
    run, result = page.get_by_role("button", name="Execute query"), page.get_by_label("Result Window").first
    run.click()
    expect(result).to_contain_text('"products"')
    changed = "query Changed { categories(rootsOnly: true) { totalCount } }"
    page.locator(".graphiql-query-editor .CodeMirror").evaluate(CHANGE_AND_RUN, [changed, run.element_handle()])
    expect(result).to_contain_text('"categories"')
    expect(result).not_to_contain_text('"errors"')


def test_missing_pages_have_the_shops_own_error_page(page):
    assert page.goto("/no/such/page").status == 404
    accessibility.check(page)
    page.get_by_role("link", name="Home", exact=True).click()
    expect(page).to_have_title(re.compile("^Thrift Shop"))
