"""The staff's door to the catalog: products out to files and in again."""

import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.catalog import service
from apps.catalog.admin import importing, sheets
from apps.catalog.models import Product, Upload
from tests.catalog import admin_pages, factories
from tests.catalog.uploads import WORKBOOK, archive, exported, names, outcomes, send
from thriftshop import rpc

pytestmark = pytest.mark.django_db


def test_an_export_imported_again_changes_nothing(desk):
    lamps = factories.category("Lamps")
    factories.product(
        "=Brass “lamp”",
        sku="A",
        category_id=lamps,
        attributes=[factories.attribute("colour", "Red"), factories.attribute("colour", "Blue|green|")],
    )
    factories.product("'=Lamp", sku="B", attributes=[factories.attribute("colour", "|")])
    factories.product(
        "-5 °C\tbox"[:5],
        sku="0042",
        description="Line one,\nline; two",
        prices=[factories.money(1.07), factories.money(3, "EUR")],
    )
    factories.product(
        "Draft", sku="C", status=factories.DRAFT, price=None, attributes=[factories.attribute("age", "1920s")]
    )
    before = factories.tables()
    for action in ("export_csv", "export_xlsx"):
        answer = admin_pages.act(desk, action, "A", "B", "0042", "C")
        dry_run = send(desk, answer.content)
        assert {outcome for outcome, _ in outcomes(dry_run).values()} == {"unchanged"}, outcomes(dry_run)
        assert len(outcomes(dry_run)) == 4
    assert factories.tables() == before


def test_an_export_tells_what_there_is(desk):
    factories.product(
        "=SUM(1)", sku="A", attributes=[factories.attribute("colour", "Red"), factories.attribute("colour", "Blue")]
    )
    (row,) = exported(admin_pages.act(desk, "export_csv", "A"))
    assert row["name"] == "'=SUM(1)"
    assert (row["sku"], row["status"], row["price GBP"], row["attribute colour"]) == (
        "A",
        "published",
        "10.00",
        "Blue | Red",
    )
    book = openpyxl.load_workbook(io.BytesIO(admin_pages.act(desk, "export_xlsx", "A").content))
    assert book.active["B2"].value == "=SUM(1)"
    assert book.active["B2"].data_type == "s"


def test_an_import_shows_what_would_change_before_it_changes_anything(desk):
    lamps = factories.category("Lamps")
    factories.product(
        "Oak chest",
        sku="A",
        description="Stays",
        attributes=[factories.attribute("age", "Old"), factories.attribute("colour", "Red")],
    )
    factories.product("Elm chest", sku="B")
    before = factories.tables()
    content = (
        "SKU,Name,Category,Price GBP,Attribute colour,Status\r\n"
        "A,Oak trunk,lamps,12.50,Blue | Green,\r\n"
        "B,Elm chest,,,,\r\n"
        "N,New thing,,3,,published\r\n"
        "M,Bad price,,twelve,,\r\n"
        "O,,,1,,\r\n"
        "P,One,cell,too,many,,draft\r\n"
    )
    dry_run = send(desk, content.encode())
    found = outcomes(dry_run)
    assert found["A"] == (
        "changed",
        [
            "name: Oak chest -> Oak trunk",
            "category: nothing -> Lamps",
            "attributes.colour: Red -> Blue, Green",
            "prices.GBP: 10.00 -> 12.50",
        ],
    )
    assert found["B"][0] == "unchanged"
    assert found["N"][0] == "created"
    assert found["M"] == ("refused", "price GBP: 'twelve' is not an amount such as 12.50.")
    assert found["O"][0] == "refused"
    assert found["P"] == ("refused", "the row has 7 cells, but the file has 6 columns.")
    assert factories.tables() == before
    upload = dry_run.context["upload"].id
    done = desk.post(f"{admin_pages.LIST}import/", {"upload": upload})
    assert "3 refused, 1 created, 1 changed, 1 unchanged" in admin_pages.said(done)
    changed = factories.read("A")
    assert (changed.name, changed.category_id, changed.prices, changed.description) == (
        "Oak trunk",
        lamps,
        [factories.money(12.5)],
        "Stays",
    )
    assert [(one.code, one.value) for one in changed.attributes] == [
        ("age", "Old"),
        ("colour", "Blue"),
        ("colour", "Green"),
    ]
    again = desk.post(f"{admin_pages.LIST}import/", {"upload": upload}, follow=True)
    assert "no longer stored" in admin_pages.said(again)
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "empty"),
        (b"sku,name\r\n", "no rows"),
        (b"name,price GBP\r\nA,1\r\n", "no column “sku”"),
        (b"sku,colour\r\nA,Red\r\n", "The column “colour” is unknown"),
        (b"sku,price XXX\r\nA,1\r\n", "is unknown"),
        (b"sku,name,SKU\r\nA,B,C\r\n", "more than one column"),
        (b"sku,name\r\nA,caf\xe9\r\n", "Row 2: the text is not UTF-8"),
        (b'sku,name\r\nA,"open\r\n', "not valid CSV"),
        (b"PK\x03\x04 damaged", "damaged"),
        (archive(workbook=b"no XML"), "damaged"),
        (archive(**{f"part{number}": bytes(20 << 20) for number in range(6)}), "more than 100 MiB"),
        (b"sku,name\r\nA,\x00\r\n", "neither CSV nor XLSX"),
        (b"sku\r\n" + b"A\r\n" * 20_001, "more than 20,000 rows"),
        (b"sku" + b"," * 300 + b"\r\nA\r\n", "the maximum is 200"),
        (b"x" * (10 * 1024 * 1024 + 1), "10 MiB"),
    ],
    ids=range(15),
)
def test_a_broken_file_is_refused_with_one_clear_problem(desk, content, problem):
    before = factories.tables()
    answer = send(desk, content)
    assert problem in admin_pages.problems(answer)
    assert factories.tables() == before
    assert not Upload.objects.exists()


def test_a_colleagues_upload_cannot_be_applied(desk):
    upload = Upload.objects.store("x.csv", b"sku,name\r\nA,B\r\n", "somebody else")
    assert "no longer stored" in admin_pages.said(
        desk.post(f"{admin_pages.LIST}import/", {"upload": upload.id}, follow=True)
    )
    assert not Product.objects.exists()


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])).map(str.strip), min_size=2, max_size=4),
        min_size=2,
        max_size=6,
    )
)
def test_any_table_written_as_csv_is_read_back(rows):
    width = max(map(len, rows)) + 1
    rows = [["sku", *row, *[""] * (width - len(row) - 1)] for row in rows]
    written = "".join(sheets.csv_lines(rows)).encode()
    assert [[*row, *[""] * (width - len(row))] for row in sheets.read(written).rows] == rows


@given(st.data())
def test_whatever_happens_to_a_workbook_on_its_way_is_read_or_refused(data):
    content = bytearray(WORKBOOK)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        rows = sheets.read(bytes(content[: data.draw(st.integers(4, len(content)))])).rows
    except sheets.Unreadable:
        return
    assert len(rows) > 1


def test_a_sku_that_stands_twice_is_refused_wherever_it_stands(desk, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 2)
    content = b"name,sku\r\nOne,A\r\nTwo,B\r\nThree,C\r\nFour,A\r\n"
    dry_run = send(desk, content)
    refused = dry_run.context["lines"][0]
    assert (refused.row, refused.outcome, refused.problem) == (5, "refused", "sku: row 2 has A too.")
    desk.post(f"{admin_pages.LIST}import/", {"upload": dry_run.context["upload"].id})
    assert names() == {"A": "One", "B": "Two", "C": "Three"}


def test_an_import_that_stops_halfway_says_how_far_it_came_and_goes_on_when_it_is_sent_again(desk, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 2)
    content = b"sku,name\r\nA,One\r\nB,Two\r\nC,Three\r\n"
    upload = send(desk, content).context["upload"].id
    put, busy = service.Service.put_products, {"C"}

    def put_unless_busy(products, dry_run):
        if busy & {product.sku for product in products}:
            raise rpc.Unavailable("busy")
        return put(products, dry_run)

    monkeypatch.setattr(service.Service, "put_products", staticmethod(put_unless_busy))
    stopped = admin_pages.said(desk.post(f"{admin_pages.LIST}import/", {"upload": upload}))
    assert "stopped after row 3" in stopped
    assert "2 created" in stopped
    assert names() == {"A": "One", "B": "Two"}
    busy.clear()
    again = desk.post(f"{admin_pages.LIST}import/", {"upload": send(desk, content).context["upload"].id})
    assert "1 created, 2 unchanged" in admin_pages.said(again)


def test_empty_columns_on_the_right_are_ignored_and_others_are_not(desk):
    assert outcomes(send(desk, b"sku,name,,,\nA,Lamp,,,\n,,,,\n"))["A"][0] == "created"
    assert outcomes(send(desk, b"sku,name,,,\nA,Lamp,,x,\n"))["A"] == ("refused", "the row has 4 cells, but the file has 2 columns.")
    assert "The column “” is unknown" in admin_pages.problems(send(desk, b"sku,,name\nA,,Lamp\n"))


def test_a_first_line_may_name_what_separates_the_cells(desk):
    assert outcomes(send(desk, b"sep=;\r\nsku;name\r\nA;Lamp, brass\r\n"))["A"][0] == "created"
