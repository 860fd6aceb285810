"""The shared cases: files from real spreadsheets, each read exactly, or refused with its row and column."""

from pathlib import Path

import pytest
from django.core.management import CommandError

from apps.trade import reading
from tests.trade.test_command import trade

pytestmark = pytest.mark.django_db

CASES = Path(__file__).parents[3] / "shared" / "cases"

READ = {
    "t00_base.csv": "12x6.95 10x6.75 2x6.95 -2x6.95",
    "t01_german_semicolon.csv": "6x2.55 2x1234.5",
    "t04_comma_decimal_quoted.csv": "6x2.55 6x2.55",
    "t05_qty_thousands.csv": "1200x2.55",
    "t10_ampm.csv": "6x2.55 6x2.55",
    "t11_dash_dmy.csv": "6x2.55",
    "t13_ambiguous.csv": "6x2.55 6x2.55 6x2.55",
    "t16_code_collisions.csv": "6x2.55 6x9.99 6x1 6x2 1x3 1x30",
    "t18_return_before_sale.csv": "-6x2.55 6x2.55",
    "t19_return_more.csv": "6x2.55 -10x2.55 -1x2.55",
    "t20_same_moment_return.csv": "6x2.55 -6x2.55",
    "t21_tenth_pennies.csv": "1x0.005 1000x0.004 3x0.333 7x1.115 1x-0.005 2x0.005",
    "t22_huge.csv": "80995x2.08 -80995x2.08 200000x0.01",
    "t25_dst_gap.csv": "6x2.55 6x2.55 6x2.55 6x2.55 6x2.55",
    "t26_bom.csv": "6x2.55",
    "t28_adjust_neg.csv": "1x11062.06 1x-11062.06 6x2.55 6x2.55",
    "t29_empty_desc_html.csv": "6x2.55 6x2.55 1x2.55 1x2.55",
    "t36_discount_order.csv": "1x6 1x4 -1x1 -1x6 -1x4",
    "t39_dash_dates.csv": "6x2.55 6x1.85",
    "t40_index_column.csv": "48x2.1",
    "t41_extra_cols.csv": "6x2.55",
    "t42_mixed_decimal_comma_qty.csv": "12000x0.99 1500x0.99",
    "t44_swiss.csv": "1x1299.5",
    "t45_nbsp.csv": "1200x1299.5",
    "x20_mac1904.xlsx": "6x2.55",
    "x21_leading_zero.xlsx": "6x2.55 6x2.55",
    "x24_blank_second.xlsx": "6x2.55",
    "x25_hidden_sheet.xlsx": "6x2.55 6x2.55",
    "x26_formats.xlsx": "6x2.55",
    "x33_float_noise.xlsx": "3x0.3 6x2.55",
    "x36_numeric_codes.xlsx": "6x2.55 6x2.55 6x2.55",
    "x37_sci_code.xlsx": "6x2.55",
}
"""Quantity and price of each line."""

REFUSED = {
    "t06_sep_line.csv": "row 1, column Invoice, StockCode",
    "t07_title_line.csv": "row 1, column Invoice, StockCode",
    "t08_total_row.csv": "row 3, column StockCode: the cell is empty",
    "t09_dup_header_mid.csv": "row 3, column Quantity: 'Quantity' is not a whole number",
    "t12_mixed_dates.csv": "row 2, column InvoiceDate: '1/13/2010 8:26' is not a date",
    "t14_excel_serial.csv": "row 2, column InvoiceDate: '40183.32' is not a date",
    "t15_sci_invoice.csv": "row 3, column Customer ID: document 5.36E+05 has two customers",
    "t17_customer_forms.csv": "row 8, column Customer ID: '#N/A' is a spreadsheet error",
    "t27_doc_two_customers.csv": "row 3, column Customer ID: document 1 has two customers: '13085' in row 2",
    "t30_currency_signs.csv": "row 3, column Price: '$2.55' is not in GBP",
    "t31_euro.csv": "row 2, column Price: '€2.55' is not in GBP",
    "t32_accounting_neg.csv": "row 2, column Quantity: '(6)' is not a whole number",
    "t33_trailing_minus.csv": "row 2, column Quantity: '6-' is not a whole number",
    "t34_unicode_minus.csv": "row 2, column Quantity: '−6' is not a whole number",
    "t35_future.csv": "row 2, column InvoiceDate: '2031-01-05 10:00' is in the future",
    "x22_merged.xlsx": "row 3, column Invoice: the cell is empty",
    "x23_pivot_sheet.xlsx": "sheet 'Pivot', row 1, column Invoice",
    "x27_serial_general.xlsx": "row 3, column InvoiceDate: '40183.5' is not a date",
    "x28_formula_nocache.xlsx": "row 2, column Price: cell F2 holds the formula =2.5+0.05 without its result",
    "x29_formula_desc.xlsx": 'row 2, column Description: cell C2 holds the formula =CONCAT("a","b") without its result',
    "x30_error_customer.xlsx": "row 2, column Customer ID: cell G2 holds the error #N/A",
    "x31_error_price.xlsx": "row 2, column Price: cell F2 holds the error #DIV/0!",
    "x32_bool_qty.xlsx": "row 2, column Quantity: 'True' is not a whole number",
    "x34_title_rows.xlsx": "row 1, column Invoice, StockCode",
    "x35_text_numbers.xlsx": "row 3, column Price: '2,55' is not a price with a decimal point, unlike '2.55' in row 2",
}

available = pytest.mark.skipif(not CASES.is_dir(), reason="the shared cases are not beside this checkout")


def shown(year):
    pairs = zip(year.quantities, year.prices, strict=True)
    return " ".join(f"{quantity}x{price / 1_000_000:.10g}" for quantity, price in pairs)


@available
@pytest.mark.parametrize("name", READ)
def test_a_valid_case_is_read_exactly_and_replayed(name):
    assert shown(reading.read(CASES / name)) == READ[name]
    assert "Everything agrees" in trade(CASES / name, "--no-rebuild")


@available
@pytest.mark.parametrize("name", REFUSED)
def test_an_invalid_case_is_refused_with_its_row_and_column(name):
    with pytest.raises(CommandError) as caught:
        trade(CASES / name)
    assert REFUSED[name] in str(caught.value)
    assert str(caught.value).startswith(name)
    assert str(caught.value).endswith("Nothing was changed.")


@available
def test_every_case_of_the_replay_is_tested():
    names = {path.name for path in CASES.iterdir() if path.name[0] == "t" or path.name[:2] in ("x2", "x3")}
    assert names == {*READ, *REFUSED}
