"""The staff's door to the catalog: products out to files and in again."""

import csv
import io
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from apps.catalog.admin import importing, sheets
from apps.catalog.models import Product, Upload
from apps.catalog.service import putting
from tests.catalog import browsing, making
from thriftshop import rpc

pytestmark = pytest.mark.django_db


def exported(answer):
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def send(desk, content, name="products.csv"):
    return desk.post(f"{browsing.LIST}import/", {"file": SimpleUploadedFile(name, content)})


def archive(**parts):
    """A ZIP archive of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in parts.items():
            written.writestr(name, content)
    return buffer.getvalue()


WORKBOOK = sheets.xlsx([["sku", "name"], ["A", "Lamp"], ["B", "Chest"]])


def names():
    return dict(Product.objects.values_list("sku", "name"))


def outcomes(answer):
    return {line.sku: (line.outcome, line.problem or line.differences) for line in answer.context["lines"]}


def test_an_export_imported_again_changes_nothing(desk):
    lamps = making.category("Lamps")
    making.product(
        "=Brass “lamp”",
        sku="A",
        category_id=lamps,
        attributes=[making.attribute("colour", "Red"), making.attribute("colour", "Blue|green|")],
    )
    making.product("'=Lamp", sku="B", attributes=[making.attribute("colour", "|")])
    making.product(
        "-5 °C\tbox"[:5],
        sku="0042",
        description="Line one,\nline; two",
        prices=[making.money(1.07), making.money(3, "EUR")],
    )
    making.product("Draft", sku="C", status=making.DRAFT, price=None, attributes=[making.attribute("age", "1920s")])
    before = making.tables()
    for action in ("export_csv", "export_xlsx"):
        answer = browsing.act(desk, action, "A", "B", "0042", "C")
        dry_run = send(desk, answer.content)
        assert {outcome for outcome, _ in outcomes(dry_run).values()} == {"unchanged"}, outcomes(dry_run)
        assert len(outcomes(dry_run)) == 4
    assert making.tables() == before


def test_an_export_tells_what_there_is(desk):
    making.product(
        "=SUM(1)", sku="A", attributes=[making.attribute("colour", "Red"), making.attribute("colour", "Blue")]
    )
    (row,) = exported(browsing.act(desk, "export_csv", "A"))
    assert row["name"] == "'=SUM(1)"
    assert (row["sku"], row["status"], row["price GBP"], row["attribute colour"]) == (
        "A",
        "published",
        "10.00",
        "Blue | Red",
    )
    book = openpyxl.load_workbook(io.BytesIO(browsing.act(desk, "export_xlsx", "A").content))
    assert book.active["B2"].value == "=SUM(1)"
    assert book.active["B2"].data_type == "s"


def test_an_import_shows_what_would_change_before_it_changes_anything(desk):
    lamps = making.category("Lamps")
    making.product(
        "Oak chest",
        sku="A",
        description="Stays",
        attributes=[making.attribute("age", "Old"), making.attribute("colour", "Red")],
    )
    making.product("Elm chest", sku="B")
    before = making.tables()
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
    assert found["M"] == ("refused", "price GBP: 'twelve' is not an amount; write one such as 12.50.")
    assert found["O"][0] == "refused"
    assert found["P"] == ("refused", "the row has 7 cells, for 6 columns.")
    assert making.tables() == before
    upload = dry_run.context["upload"].id
    done = desk.post(f"{browsing.LIST}import/", {"upload": upload})
    assert "3 refused, 1 created, 1 changed, 1 unchanged" in browsing.said(done)
    changed = making.read("A")
    assert (changed.name, changed.category_id, changed.prices, changed.description) == (
        "Oak trunk",
        lamps,
        [making.money(12.5)],
        "Stays",
    )
    assert [(one.code, one.value) for one in changed.attributes] == [
        ("age", "Old"),
        ("colour", "Blue"),
        ("colour", "Green"),
    ]
    again = desk.post(f"{browsing.LIST}import/", {"upload": upload}, follow=True)
    assert "no longer here" in browsing.said(again)
    assert not Upload.objects.exists()


def test_a_workbook_of_numbers_is_read_as_it_is_typed(desk):
    book = openpyxl.Workbook()
    # A spreadsheet that computes 1.1 times 3 shows 3.3, and keeps 3.3000000000000003.
    for row in (["sku", "name", "price gbp"], [22423, "Cake stand", 1.1 * 3], [22424.0, "Tray", 3]):
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    dry_run = send(desk, buffer.getvalue(), "products.xlsx")
    assert {sku: outcome for sku, (outcome, _) in outcomes(dry_run).items()} == {"22423": "created", "22424": "created"}
    assert outcomes(dry_run)["22423"][1][-1] == "prices.GBP: nothing -> 3.30"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "empty"),
        (b"sku,name\r\n", "no rows"),
        (b"name,price GBP\r\nA,1\r\n", "no column “sku”"),
        (b"sku,colour\r\nA,Red\r\n", "The column “colour” is not known"),
        (b"sku,price XXX\r\nA,1\r\n", "is not known"),
        (b"sku,name,SKU\r\nA,B,C\r\n", "stands twice"),
        (b"sku,name\r\nA,caf\xe9\r\n", "Row 2: the text is not UTF-8"),
        (b'sku,name\r\nA,"open\r\n', "is no CSV"),
        (b"PK\x03\x04 damaged", "damaged"),
        (archive(workbook=b"no XML"), "damaged"),
        (archive(**{f"part{number}": bytes(20 << 20) for number in range(6)}), "more than 100 MiB"),
        (b"sku,name\r\nA,\x00\r\n", "neither CSV nor XLSX"),
        (b"sku\r\n" + b"A\r\n" * 20_001, "more than 20,000 rows"),
        (b"sku" + b"," * 300 + b"\r\nA\r\n", "200 are read at most"),
        (b"x" * (10 * 1024 * 1024 + 1), "10 MiB"),
    ],
    ids=range(15),
)
def test_a_broken_file_is_refused_with_one_clear_problem(desk, content, problem):
    before = making.tables()
    answer = send(desk, content)
    assert problem in browsing.problems(answer)
    assert making.tables() == before
    assert not Upload.objects.exists()


def test_a_colleagues_upload_cannot_be_applied(desk):
    upload = Upload.objects.keep("x.csv", b"sku,name\r\nA,B\r\n", "somebody else")
    assert "no longer here" in browsing.said(desk.post(f"{browsing.LIST}import/", {"upload": upload.id}, follow=True))
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
    monkeypatch.setattr(importing, "AT_ONCE", 2)
    content = b"name,sku\r\nOne,A\r\nTwo,B\r\nThree,C\r\nFour,A\r\n"
    dry_run = send(desk, content)
    refused = dry_run.context["lines"][0]
    assert (refused.row, refused.outcome, refused.problem) == (5, "refused", "sku: row 2 is of A already.")
    desk.post(f"{browsing.LIST}import/", {"upload": dry_run.context["upload"].id})
    assert names() == {"A": "One", "B": "Two", "C": "Three"}


def test_an_import_that_stops_halfway_says_how_far_it_came_and_goes_on_when_it_is_sent_again(desk, monkeypatch):
    monkeypatch.setattr(importing, "AT_ONCE", 2)
    content = b"sku,name\r\nA,One\r\nB,Two\r\nC,Three\r\n"
    upload = send(desk, content).context["upload"].id
    written, put = [], putting.put_products

    def busy_once(*args):
        written.append(args)
        if len(written) == 2:
            raise rpc.Unavailable("busy")
        return put(*args)

    monkeypatch.setattr(putting, "put_products", busy_once)
    stopped = browsing.said(desk.post(f"{browsing.LIST}import/", {"upload": upload}))
    assert "stopped after row 3" in stopped
    assert "2 created" in stopped
    assert names() == {"A": "One", "B": "Two"}
    again = desk.post(f"{browsing.LIST}import/", {"upload": send(desk, content).context["upload"].id})
    assert "1 created, 2 unchanged" in browsing.said(again)


@pytest.mark.parametrize("amount", ["1e999999999", "NaN", "sNaN", "-Infinity", "1e20000", "12,505", "0.001"])
def test_an_amount_that_is_none_is_refused_at_once(desk, amount):
    found = outcomes(send(desk, f'sku,name,price GBP\r\nA,One,"{amount}"\r\n'.encode()))
    assert found["A"][0] == "refused"
    assert "price GBP" in found["A"][1]


def typed(rows, **options):
    """A workbook of these rows as it is typed, with number formats and merged ranges."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cell, code in options.pop("formats", {}).items():
        book.active[cell].number_format = code
    for merged in options.pop("merged", ()):
        book.active.merge_cells(merged)
    for name, state in options.pop("sheets", {}).items():
        book.create_sheet(name).sheet_state = state
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_formula_without_its_result_empties_no_field(desk):
    lamps = making.category("Lamps")
    colours = [making.attribute("colour", "Red")]
    making.product("Lamp", sku="A", description="Brass", category_id=lamps, attributes=colours)
    before = making.tables()
    for column, formula in (("description", '="Bra"&"ss"'), ("category", '=LOWER("X")'), ("attribute colour", "=B1")):
        upload = send(desk, typed([["sku", column], ["A", formula]]), "products.xlsx")
        assert outcomes(upload)["A"][0] == "refused"
        assert f"{column}: sheet 'Sheet', cell B2 holds the formula {formula}" in outcomes(upload)["A"][1]
        desk.post(f"{browsing.LIST}import/", {"upload": upload.context["upload"].id})
    assert making.tables() == before


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#REF!", "#NAME?", "#NULL!", "#NUM!", "#VALUE!", "#SPILL!"])
@pytest.mark.parametrize("column", ["sku", "name", "attribute colour", "price GBP"])
def test_an_error_of_a_spreadsheet_is_no_value_in_any_file(desk, error, column):
    names = ["sku", "name", "attribute colour", "price GBP"]
    row = [error if name == column else value for name, value in zip(names, ["A", "Lamp", "Red", "5"], strict=True)]
    cell = f"cell {'ABCD'[names.index(column)]}2 holds the error {error}"
    for content in (typed([names, row]), "\n".join(map(",".join, [names, row])).encode()):
        [line] = send(desk, content).context["lines"]
        assert line.outcome == "refused"
        assert line.problem.startswith(f"{column}: ")
        assert cell in line.problem
    assert not Product.objects.exists()


def test_an_error_in_the_name_of_a_column_is_named(desk):
    answer = send(desk, typed([["sku", "=X1"], ["A", "B"]]), "products.xlsx")
    assert "The name of a column: sheet &#x27;Sheet&#x27;, cell B1 holds the formula" in browsing.problems(answer)


def test_a_number_shown_with_leading_zeros_keeps_them(desk):
    content = typed([["sku", "name"], [123, "Lamp"], [124, "Tray"]], formats={"A2": "00000"})
    assert set(outcomes(send(desk, content, "products.xlsx"))) == {"00123", "124"}


def test_empty_columns_on_the_right_are_ignored_and_others_are_not(desk):
    assert outcomes(send(desk, b"sku,name,,,\nA,Lamp,,,\n,,,,\n"))["A"][0] == "created"
    assert outcomes(send(desk, b"sku,name,,,\nA,Lamp,,x,\n"))["A"] == ("refused", "the row has 4 cells, for 2 columns.")
    assert "The column “” is not known" in browsing.problems(send(desk, b"sku,,name\nA,,Lamp\n"))


def test_merged_cells_and_sheets_that_are_not_read_are_told(desk):
    content = typed(
        [["sku", "name"], ["A", "Lamp"], ["B"]], merged=["B2:B3"], sheets={"Old": "hidden", "More": "visible"}
    )
    answer = send(desk, content, "products.xlsx")
    text = answer.content.decode()
    assert "has merged cells (B2:B3)" in text
    assert "The sheet &#x27;Old&#x27; (hidden) is not read" in text
    assert "The sheet &#x27;More&#x27; is not read" in text
    assert outcomes(answer)["B"][0] == "refused"


@pytest.mark.parametrize(
    ("amounts", "pence"),
    [
        (["12,50", "1.234,50", "1.234"], [1250, 123450, 123400]),
        (["12.50", "1,234.50", "1,234"], [1250, 123450, 123400]),
        (["£12.50", "12.50 GBP", "£1,234"], [1250, 1250, 123400]),
        (["12,50 £", "£ 3", "1 234,50"], [1250, 300, 123450]),
        (["1'234.50", "3"], [123450, 300]),
    ],
)
def test_amounts_are_read_as_the_whole_file_writes_them(desk, amounts, pence):
    rows = "".join(f"S{place}\tThing {place}\t{amount}\n" for place, amount in enumerate(amounts))
    upload = send(desk, f"sku\tname\tprice GBP\n{rows}".encode()).context["upload"].id
    desk.post(f"{browsing.LIST}import/", {"upload": upload})
    assert [making.read(f"S{place}").prices[0].amount for place in range(len(amounts))] == pence


def test_an_amount_that_could_be_read_in_two_ways_is_refused_until_the_form_says_which(desk):
    content = b"sku,name,price GBP\nA,Lamp,1.234\nB,Tray,5\n"
    found = outcomes(send(desk, content))
    assert found["A"][0] == "refused"
    assert "price GBP: '1.234' may be 1.234 or 1234; choose in the form what is decimal" in found["A"][1]
    assert found["B"][0] == "created"
    file = SimpleUploadedFile("products.csv", content)
    answer = desk.post(f"{browsing.LIST}import/", {"file": file, "decimal": "comma"})
    assert outcomes(answer)["A"][0] == "created"
    confirmed = {"upload": answer.context["upload"].id, "decimal": "comma"}
    assert 'name="decimal" value="comma"' in answer.content.decode()
    desk.post(f"{browsing.LIST}import/", confirmed)
    assert making.read("A").prices == [making.money(1234)]


def test_amounts_that_contradict_each_other_are_refused_naming_both(desk):
    answer = send(desk, b'sku,name,price GBP\nA,Lamp,"12,50"\nB,Tray,5.25\n')
    assert "Row 3 has the amount &#x27;5.25&#x27; and row 2 has &#x27;12,50&#x27;" in browsing.problems(answer)


def test_an_amount_in_another_currency_than_its_column_is_refused(desk):
    content = "sku,name,price GBP,price EUR\nA,Lamp,€5,\nB,Tray,£5,€6.50\n".encode()
    found = outcomes(send(desk, content))
    assert found["A"] == ("refused", "price GBP: '€5' is not in GBP.")
    assert found["B"][0] == "created"


def test_numbers_of_a_workbook_have_no_convention(desk):
    content = typed([["sku", "name", "price GBP"], ["A", "Lamp", 1.5], ["B", "Tray", "12,50"], ["C", "Mug", 1234]])
    differences = {sku: told[-1] for sku, (_, told) in outcomes(send(desk, content, "products.xlsx")).items()}
    assert differences == {
        "A": "prices.GBP: nothing -> 1.50",
        "B": "prices.GBP: nothing -> 12.50",
        "C": "prices.GBP: nothing -> 1234.00",
    }


def test_a_first_line_may_name_what_separates_the_cells(desk):
    assert outcomes(send(desk, b"sep=;\r\nsku;name\r\nA;Lamp, brass\r\n"))["A"][0] == "created"
