"""The export and import of products."""

import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.catalog import service
from apps.catalog.admin import importing, sheets
from apps.catalog.models import Product, Upload
from tests.catalog import admin_pages, factories
from tests.catalog.uploads import WORKBOOK, exported_rows, import_file, names_by_sku, outcomes, zip_file
from thriftshop import rpc

pytestmark = pytest.mark.django_db


def test_importing_an_export_changes_nothing(desk):
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
    before = factories.stored_rows()
    for action in ("export_csv", "export_xlsx"):
        response = admin_pages.run_action(desk, action, "A", "B", "0042", "C")
        dry_run = import_file(desk, response.content)
        assert {outcome for outcome, _ in outcomes(dry_run).values()} == {"unchanged"}, outcomes(dry_run)
        assert len(outcomes(dry_run)) == 4
    assert factories.stored_rows() == before


def test_an_export_has_the_details_of_the_products(desk):
    factories.product(
        "=SUM(1)", sku="A", attributes=[factories.attribute("colour", "Red"), factories.attribute("colour", "Blue")]
    )
    (row,) = exported_rows(admin_pages.run_action(desk, "export_csv", "A"))
    assert row["name"] == "'=SUM(1)"
    assert (row["sku"], row["status"], row["price GBP"], row["attribute colour"]) == (
        "A",
        "published",
        "10.00",
        "Blue | Red",
    )
    book = openpyxl.load_workbook(io.BytesIO(admin_pages.run_action(desk, "export_xlsx", "A").content))
    assert book.active["B2"].value == "=SUM(1)"
    assert book.active["B2"].data_type == "s"


def test_an_import_previews_its_changes(desk):
    lamps = factories.category("Lamps")
    factories.product(
        "Oak chest",
        sku="A",
        description="Stays",
        attributes=[factories.attribute("age", "Old"), factories.attribute("colour", "Red")],
    )
    factories.product("Elm chest", sku="B")
    before = factories.stored_rows()
    content = (
        "SKU,Name,Category,Price GBP,Attribute colour,Status\r\n"
        "A,Oak trunk,lamps,12.50,Blue | Green,\r\n"
        "B,Elm chest,,,,\r\n"
        "N,New thing,,3,,published\r\n"
        "M,Bad price,,twelve,,\r\n"
        "O,,,1,,\r\n"
        "P,One,cell,too,many,,draft\r\n"
    )
    dry_run = import_file(desk, content.encode())
    results = outcomes(dry_run)
    assert results["A"] == (
        "changed",
        [
            "name: Oak chest -> Oak trunk",
            "category: nothing -> Lamps",
            "attributes.colour: Red -> Blue, Green",
            "prices.GBP: 10.00 -> 12.50",
        ],
    )
    assert results["B"][0] == "unchanged"
    assert results["N"][0] == "created"
    assert results["M"] == ("refused", "price GBP: 'twelve' is not an amount such as 12.50.")
    assert results["O"][0] == "refused"
    assert results["P"] == ("refused", "the row has 7 cells, but the file has 6 columns.")
    assert factories.stored_rows() == before
    upload = dry_run.context["upload"].id
    response = desk.post(f"{admin_pages.LIST}import/", {"upload": upload})
    assert "3 refused, 1 created, 1 changed, 1 unchanged" in admin_pages.messages(response)
    changed = factories.read("A")
    assert (changed.name, changed.category_id, changed.prices, changed.description) == (
        "Oak trunk",
        lamps,
        [factories.money(12.5)],
        "Stays",
    )
    assert [(attribute.code, attribute.value) for attribute in changed.attributes] == [
        ("age", "Old"),
        ("colour", "Blue"),
        ("colour", "Green"),
    ]
    again = desk.post(f"{admin_pages.LIST}import/", {"upload": upload}, follow=True)
    assert "no longer stored" in admin_pages.messages(again)
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
        (zip_file(workbook=b"no XML"), "damaged"),
        (zip_file(**{f"part{number}": bytes(20 << 20) for number in range(6)}), "more than 100 MiB"),
        (b"sku,name\r\nA,\x00\r\n", "neither CSV nor XLSX"),
        (b"sku\r\n" + b"A\r\n" * 20_001, "more than 20,000 rows"),
        (b"sku" + b"," * 300 + b"\r\nA\r\n", "the maximum is 200"),
        (b"x" * (10 * 1024 * 1024 + 1), "10 MiB"),
    ],
    ids=range(15),
)
def test_an_invalid_file_is_refused_with_its_problem(desk, content, problem):
    before = factories.stored_rows()
    response = import_file(desk, content)
    assert problem in admin_pages.problems(response)
    assert factories.stored_rows() == before
    assert not Upload.objects.exists()


def test_an_upload_of_another_member_of_staff_cannot_be_applied(desk):
    upload = Upload.objects.store("x.csv", b"sku,name\r\nA,B\r\n", "somebody else")
    assert "no longer stored" in admin_pages.messages(
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
def test_csv_files_are_read_as_they_were_written(rows):
    width = max(map(len, rows)) + 1
    rows = [["sku", *row, *[""] * (width - len(row) - 1)] for row in rows]
    written = "".join(sheets.csv_lines(rows)).encode()
    assert [[*row, *[""] * (width - len(row))] for row in sheets.read(written).rows] == rows


@given(st.data())
def test_a_damaged_workbook_is_read_or_refused(data):
    content = bytearray(WORKBOOK)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        rows = sheets.read(bytes(content[: data.draw(st.integers(4, len(content)))])).rows
    except sheets.Unreadable:
        return
    assert len(rows) > 1


def test_a_repeated_sku_is_refused_also_in_another_batch(desk, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 2)
    content = b"name,sku\r\nOne,A\r\nTwo,B\r\nThree,C\r\nFour,A\r\n"
    dry_run = import_file(desk, content)
    refused = dry_run.context["lines"][0]
    assert (refused.row, refused.outcome, refused.problem) == (5, "refused", "sku: row 2 has A too.")
    desk.post(f"{admin_pages.LIST}import/", {"upload": dry_run.context["upload"].id})
    assert names_by_sku() == {"A": "One", "B": "Two", "C": "Three"}


def test_an_interrupted_import_reports_its_last_row_and_can_be_repeated(desk, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 2)
    content = b"sku,name\r\nA,One\r\nB,Two\r\nC,Three\r\n"
    upload = import_file(desk, content).context["upload"].id
    put, busy = service.Service.put_products, {"C"}

    def put_unless_busy(products, dry_run):
        if busy & {product.sku for product in products}:
            raise rpc.Unavailable("busy")
        return put(products, dry_run)

    monkeypatch.setattr(service.Service, "put_products", staticmethod(put_unless_busy))
    stopped = admin_pages.messages(desk.post(f"{admin_pages.LIST}import/", {"upload": upload}))
    assert "stopped after row 3" in stopped
    assert "2 created" in stopped
    assert names_by_sku() == {"A": "One", "B": "Two"}
    busy.clear()
    again = desk.post(f"{admin_pages.LIST}import/", {"upload": import_file(desk, content).context["upload"].id})
    assert "1 created, 2 unchanged" in admin_pages.messages(again)


def test_only_empty_trailing_columns_may_be_unnamed(desk):
    assert outcomes(import_file(desk, b"sku,name,,,\nA,Lamp,,,\n,,,,\n"))["A"][0] == "created"
    problem = "the row has 4 cells, but the file has 2 columns."
    assert outcomes(import_file(desk, b"sku,name,,,\nA,Lamp,,x,\n"))["A"] == ("refused", problem)
    assert "The column “” is unknown" in admin_pages.problems(import_file(desk, b"sku,,name\nA,,Lamp\n"))


def test_a_first_line_may_declare_the_separator(desk):
    assert outcomes(import_file(desk, b"sep=;\r\nsku;name\r\nA;Lamp, brass\r\n"))["A"][0] == "created"
