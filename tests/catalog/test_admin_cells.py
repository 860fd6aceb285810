"""The cells of an imported file: typed values, formulas, errors and amounts."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.catalog.models import Product
from tests.catalog import admin_pages, factories
from tests.catalog.uploads import import_file, outcomes

pytestmark = pytest.mark.django_db


def test_numbers_of_a_workbook_are_imported_as_displayed(desk):
    book = openpyxl.Workbook()
    # A spreadsheet displays 1.1 * 3 as 3.3 and stores 3.3000000000000003.
    for row in (["sku", "name", "price gbp"], [22423, "Cake stand", 1.1 * 3], [22424.0, "Tray", 3]):
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    dry_run = import_file(desk, buffer.getvalue(), "products.xlsx")
    assert {sku: outcome for sku, (outcome, _) in outcomes(dry_run).items()} == {"22423": "created", "22424": "created"}
    assert outcomes(dry_run)["22423"][1][-1] == "prices.GBP: nothing -> 3.30"


@pytest.mark.parametrize("amount", ["1e999999999", "NaN", "sNaN", "-Infinity", "1e20000", "12,505", "0.001"])
def test_an_invalid_amount_is_refused(desk, amount):
    results = outcomes(import_file(desk, f'sku,name,price GBP\r\nA,One,"{amount}"\r\n'.encode()))
    assert results["A"][0] == "refused"
    assert "price GBP" in results["A"][1]


def workbook(rows, **options):
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


def test_a_formula_without_its_result_is_refused(desk):
    lamps = factories.category("Lamps")
    colours = [factories.attribute("colour", "Red")]
    factories.product("Lamp", sku="A", description="Brass", category_id=lamps, attributes=colours)
    before = factories.stored_rows()
    for column, formula in (("description", '="Bra"&"ss"'), ("category", '=LOWER("X")'), ("attribute colour", "=B1")):
        upload = import_file(desk, workbook([["sku", column], ["A", formula]]), "products.xlsx")
        assert outcomes(upload)["A"][0] == "refused"
        assert f"{column}: sheet 'Sheet', cell B2 holds the formula {formula}" in outcomes(upload)["A"][1]
        desk.post(f"{admin_pages.LIST}import/", {"upload": upload.context["upload"].id})
    assert factories.stored_rows() == before


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#REF!", "#NAME?", "#NULL!", "#NUM!", "#VALUE!", "#SPILL!"])
@pytest.mark.parametrize("column", ["sku", "name", "attribute colour", "price GBP"])
def test_spreadsheet_errors_are_refused_in_workbooks_and_csv(desk, error, column):
    names = ["sku", "name", "attribute colour", "price GBP"]
    row = [error if name == column else value for name, value in zip(names, ["A", "Lamp", "Red", "5"], strict=True)]
    cell = f"cell {'ABCD'[names.index(column)]}2 holds the error {error}"
    for content in (workbook([names, row]), "\n".join(map(",".join, [names, row])).encode()):
        [line] = import_file(desk, content).context["lines"]
        assert line.outcome == "refused"
        assert line.problem.startswith(f"{column}: ")
        assert cell in line.problem
    assert not Product.objects.exists()


def test_a_formula_as_a_column_name_is_refused(desk):
    response = import_file(desk, workbook([["sku", "=X1"], ["A", "B"]]), "products.xlsx")
    assert "Invalid column name: sheet &#x27;Sheet&#x27;, cell B1 holds the formula" in admin_pages.problems(response)


def test_a_number_displayed_with_leading_zeros_keeps_them(desk):
    content = workbook([["sku", "name"], [123, "Lamp"], [124, "Tray"]], formats={"A2": "00000"})
    assert set(outcomes(import_file(desk, content, "products.xlsx"))) == {"00123", "124"}


def test_merged_cells_and_ignored_sheets_give_notices(desk):
    content = workbook(
        [["sku", "name"], ["A", "Lamp"], ["B"]], merged=["B2:B3"], sheets={"Old": "hidden", "More": "visible"}
    )
    response = import_file(desk, content, "products.xlsx")
    text = response.content.decode()
    assert "has merged cells (B2:B3)" in text
    assert "The sheet &#x27;Old&#x27; (hidden) is ignored" in text
    assert "The sheet &#x27;More&#x27; is ignored" in text
    assert outcomes(response)["B"][0] == "refused"


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
def test_the_decimal_sign_is_determined_from_all_amounts_of_the_file(desk, amounts, pence):
    rows = "".join(f"S{place}\tThing {place}\t{amount}\n" for place, amount in enumerate(amounts))
    upload = import_file(desk, f"sku\tname\tprice GBP\n{rows}".encode()).context["upload"].id
    desk.post(f"{admin_pages.LIST}import/", {"upload": upload})
    assert [factories.read(f"S{place}").prices[0].amount for place in range(len(amounts))] == pence


def test_an_ambiguous_amount_is_refused_until_the_decimal_sign_is_chosen(desk):
    content = b"sku,name,price GBP\nA,Lamp,1.234\nB,Tray,5\n"
    results = outcomes(import_file(desk, content))
    assert results["A"][0] == "refused"
    assert "price GBP: '1.234' may be 1.234 or 1234; choose the decimal sign" in results["A"][1]
    assert results["B"][0] == "created"
    file = SimpleUploadedFile("products.csv", content)
    response = desk.post(f"{admin_pages.LIST}import/", {"file": file, "decimal": "comma"})
    assert outcomes(response)["A"][0] == "created"
    confirmed = {"upload": response.context["upload"].id, "decimal": "comma"}
    assert 'name="decimal" value="comma"' in response.content.decode()
    desk.post(f"{admin_pages.LIST}import/", confirmed)
    assert factories.read("A").prices == [factories.money(1234)]


def test_contradictory_amounts_are_refused_and_both_are_named(desk):
    response = import_file(desk, b'sku,name,price GBP\nA,Lamp,"12,50"\nB,Tray,5.25\n')
    assert "Row 3 has the amount &#x27;5.25&#x27; and row 2 has &#x27;12,50&#x27;" in admin_pages.problems(response)


def test_an_amount_in_another_currency_than_its_columns_is_refused(desk):
    content = "sku,name,price GBP,price EUR\nA,Lamp,€5,\nB,Tray,£5,€6.50\n".encode()
    results = outcomes(import_file(desk, content))
    assert results["A"] == ("refused", "price GBP: '€5' is not in GBP.")
    assert results["B"][0] == "created"


def test_numeric_cells_of_a_workbook_ignore_the_decimal_sign(desk):
    content = workbook([["sku", "name", "price GBP"], ["A", "Lamp", 1.5], ["B", "Tray", "12,50"], ["C", "Mug", 1234]])
    differences = {
        sku: changes[-1] for sku, (_, changes) in outcomes(import_file(desk, content, "products.xlsx")).items()
    }
    assert differences == {
        "A": "prices.GBP: nothing -> 1.50",
        "B": "prices.GBP: nothing -> 12.50",
        "C": "prices.GBP: nothing -> 1234.00",
    }
