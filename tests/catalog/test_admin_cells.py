"""The cells of an imported file: typed values, formulas, errors and amounts."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.catalog.models import Product
from tests.catalog import admin_pages, factories
from tests.catalog.uploads import outcomes, send

pytestmark = pytest.mark.django_db


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
    lamps = factories.category("Lamps")
    colours = [factories.attribute("colour", "Red")]
    factories.product("Lamp", sku="A", description="Brass", category_id=lamps, attributes=colours)
    before = factories.tables()
    for column, formula in (("description", '="Bra"&"ss"'), ("category", '=LOWER("X")'), ("attribute colour", "=B1")):
        upload = send(desk, typed([["sku", column], ["A", formula]]), "products.xlsx")
        assert outcomes(upload)["A"][0] == "refused"
        assert f"{column}: sheet 'Sheet', cell B2 holds the formula {formula}" in outcomes(upload)["A"][1]
        desk.post(f"{admin_pages.LIST}import/", {"upload": upload.context["upload"].id})
    assert factories.tables() == before


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
    assert "Invalid column name: sheet &#x27;Sheet&#x27;, cell B1 holds the formula" in admin_pages.problems(answer)


def test_a_number_shown_with_leading_zeros_keeps_them(desk):
    content = typed([["sku", "name"], [123, "Lamp"], [124, "Tray"]], formats={"A2": "00000"})
    assert set(outcomes(send(desk, content, "products.xlsx"))) == {"00123", "124"}


def test_merged_cells_and_sheets_that_are_not_read_are_told(desk):
    content = typed(
        [["sku", "name"], ["A", "Lamp"], ["B"]], merged=["B2:B3"], sheets={"Old": "hidden", "More": "visible"}
    )
    answer = send(desk, content, "products.xlsx")
    text = answer.content.decode()
    assert "has merged cells (B2:B3)" in text
    assert "The sheet &#x27;Old&#x27; (hidden) is ignored" in text
    assert "The sheet &#x27;More&#x27; is ignored" in text
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
    desk.post(f"{admin_pages.LIST}import/", {"upload": upload})
    assert [factories.read(f"S{place}").prices[0].amount for place in range(len(amounts))] == pence


def test_an_amount_that_could_be_read_in_two_ways_is_refused_until_the_form_says_which(desk):
    content = b"sku,name,price GBP\nA,Lamp,1.234\nB,Tray,5\n"
    found = outcomes(send(desk, content))
    assert found["A"][0] == "refused"
    assert "price GBP: '1.234' may be 1.234 or 1234; choose the decimal sign" in found["A"][1]
    assert found["B"][0] == "created"
    file = SimpleUploadedFile("products.csv", content)
    answer = desk.post(f"{admin_pages.LIST}import/", {"file": file, "decimal": "comma"})
    assert outcomes(answer)["A"][0] == "created"
    confirmed = {"upload": answer.context["upload"].id, "decimal": "comma"}
    assert 'name="decimal" value="comma"' in answer.content.decode()
    desk.post(f"{admin_pages.LIST}import/", confirmed)
    assert factories.read("A").prices == [factories.money(1234)]


def test_amounts_that_contradict_each_other_are_refused_naming_both(desk):
    answer = send(desk, b'sku,name,price GBP\nA,Lamp,"12,50"\nB,Tray,5.25\n')
    assert "Row 3 has the amount &#x27;5.25&#x27; and row 2 has &#x27;12,50&#x27;" in admin_pages.problems(answer)


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
