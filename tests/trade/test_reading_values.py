"""Values in a file of trade: conventions of writing, errors of spreadsheets, kinds and limits."""

import datetime as dt  # a file's times have no zone: they are read as ISO text

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.trade import reading
from apps.trade.domain import limits, lines
from apps.trade.reading import cells
from tests.trade import years
from tests.trade.files import GOOD, refusal_of, row_with, typed, write_parquet, write_xlsx


def test_semicolons_and_decimal_commas_are_read(tmp_path):
    path = years.write_csv(tmp_path / "a.csv", [row_with("Price", "12,55")], delimiter=";")
    assert reading.read(path).prices[0] == 12_550_000


@pytest.mark.parametrize(
    ("dates", "second"),
    [
        (["12/1/2010 8:26", "12/13/2010 9:00"], "2010-12-13T09:00:00"),
        (["01/12/2009 07:45", "13/12/2009 07:45"], "2009-12-13T07:45:00"),
        (["1/11/2010 8:00", "2/11/2010 8:00", "1/12/2010 8:00"], "2010-11-02T08:00:00"),
        (["11/1/2010 8:00", "11/2/2010 8:00", "12/1/2010 8:00"], "2010-11-02T08:00:00"),
        (["2010-12-01T08:26", "2010-12-01 08:27:30"], "2010-12-01T08:27:30"),
    ],
)
def test_the_order_of_day_and_month_is_determined_from_the_whole_file(tmp_path, dates, second):
    year = reading.read(years.write_csv(tmp_path / "a.csv", [row_with("InvoiceDate", date) for date in dates]))
    assert (lines.EPOCH + dt.timedelta(seconds=year.seconds[1])).isoformat() == second


def test_a_time_with_a_zone_is_converted_to_the_shops_zone(tmp_path):
    utc = dt.datetime(2011, 6, 30, 23, 30, tzinfo=dt.UTC)
    as_text = years.write_csv(tmp_path / "a.csv", [row_with("InvoiceDate", utc.isoformat())])
    typed_ = write_parquet(tmp_path / "a.parquet", [[*typed(GOOD)[:4], utc, *typed(GOOD)[5:]]])
    for path in (as_text, typed_):
        read = lines.EPOCH + dt.timedelta(seconds=reading.read(path).seconds[0])
        assert read.isoformat() == "2011-07-01T00:30:00"


@pytest.mark.parametrize(
    ("prices", "pence"),
    [
        (["1.299", "0,99"], [129_900, 99]),
        (["1.234,50", "2,55"], [123_450, 255]),
        (["1,234.50", "£12.50"], [123_450, 1_250]),
        (["1'299.50", "3"], [129_950, 300]),
        (["1\u00a0299,50", "12,50 £"], [129_950, 1_250]),
    ],
)
def test_the_decimal_separator_is_determined_from_the_whole_file(tmp_path, prices, pence):
    path = years.write_csv(tmp_path / "a.csv", [row_with("Price", price) for price in prices], delimiter="\t")
    assert [price // 10_000 for price in reading.read(path).prices] == pence


def test_quantities_use_the_separator_of_the_prices(tmp_path):
    rows = [row_with("Quantity", "1.000"), row_with("Price", "0,99")]
    rows = [[*row[:5], row[5].replace(".", ","), *row[6:]] for row in rows]
    assert list(reading.read(years.write_csv(tmp_path / "a.csv", rows, delimiter=";")).quantities) == [1000, 4]


def test_typed_numbers_of_a_workbook_are_no_evidence_for_its_texts(tmp_path):
    texts = [[*typed(GOOD)[:5], "2,55", *typed(GOOD)[6:]], [*typed(GOOD)[:5], 1.299, *typed(GOOD)[6:]]]
    assert list(reading.read(write_xlsx(tmp_path / "a.xlsx", texts)).prices) == [2_550_000, 1_299_000]


@pytest.mark.parametrize(
    "column", ["Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price", "Country"]
)
@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#SPILL!"])
def test_a_spreadsheet_error_is_refused_in_any_column_and_format(tmp_path, column, error):
    message = refusal_of(years.write_csv(tmp_path / "a.csv", [GOOD, row_with(column, error)]))
    assert message.startswith(f"a.csv, row 3, column {column}: {error!r} is")
    message = refusal_of(write_xlsx(tmp_path / "a.xlsx", [GOOD, row_with(column, error)]))
    letter = "ABCDEFGH"[years.HEADER.index(column)]
    assert message.startswith(f"a.xlsx, sheet 'Year 1', row 3, column {column}: ")
    assert f"cell {letter}3 holds the error {error}" in message or f"{error!r} is a spreadsheet error" in message


def test_a_formula_without_a_result_is_refused_only_in_a_used_column(tmp_path):
    rows = [[*row, "=D2*F2"] for row in [typed(GOOD)]]
    header = (*years.HEADER, "Total")
    assert len(reading.read(write_xlsx(tmp_path / "a.xlsx", rows, header))) == 1
    rows[0][2] = '="LAN"&"TERN"'
    message = refusal_of(write_xlsx(tmp_path / "b.xlsx", rows, header))
    assert message.startswith("b.xlsx, sheet 'Year 1', row 2, column Description: cell C2 holds the formula")


@pytest.mark.parametrize(
    ("column", "cell", "problem"),
    [
        ("Invoice", True, "'True' is a boolean, but text is required"),
        ("StockCode", dt.datetime(2010, 1, 5), "'2010-01-05 00:00:00' is a date or time, but"),  # noqa: DTZ001
        ("StockCode", b"85048", "is neither text nor a number, but"),
        ("StockCode", "NaN", "the cell is empty"),
        ("StockCode", ["85048"], "is neither text nor a number, but"),
        ("Price", [1.5], "is not a price"),
        ("Customer ID", dt.date(2010, 1, 5), "is a date or time, but"),
        ("Quantity", True, "'True' is not a whole number"),
        ("Quantity", None, "the cell is empty"),
        ("Price", None, "the cell is empty"),
        ("Price", float("inf"), "'inf' is not a price"),
        ("InvoiceDate", None, "the cell is empty"),
        ("InvoiceDate", 40183.5, "'40183.5' is not a date"),
    ],
)
def test_a_value_of_another_type_is_refused(tmp_path, column, cell, problem):
    row = typed(GOOD)
    row[years.HEADER.index(column)] = cell
    message = refusal_of(write_parquet(tmp_path / "a.parquet", [row]))
    assert message.startswith(f"a.parquet, row 1, column {column}: ")
    assert problem in message


def test_missing_values_of_data_frames_are_missing(tmp_path):
    rows = [row_with("Description", "NaN"), row_with("Customer ID", "None"), row_with("Country", "<NA>")]
    year = reading.read(years.write_csv(tmp_path / "a.csv", rows))
    assert (year.descriptions[0], year.customers[1], year.countries[2]) == ("", "", "")


def test_a_date_in_the_future_is_refused(tmp_path):
    path = years.write_csv(tmp_path / "a.csv", [GOOD, row_with("InvoiceDate", "2011-01-04 08:16")])
    now = dt.datetime(2011, 1, 4, 8, 15, 30, tzinfo=dt.UTC)
    with pytest.raises(reading.BrokenFile, match=r"row 3, column InvoiceDate: '2011-01-04 08:16' is in the future"):
        reading.read(path, now=now)
    assert len(reading.read(path, now=now + dt.timedelta(minutes=1))) == 2


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([row_with("Quantity", str(limits.QUANTITY + 1))], "row 2, column Quantity: "),
        ([row_with("Quantity", str(-limits.QUANTITY - 1))], "row 2, column Quantity: "),
        ([row_with("Price", "10000000.01")], "row 2, column Price: "),
        ([row_with("Invoice", "7" * 65)], "row 2, column Invoice: "),
        ([GOOD] * (limits.ORDER_LINES + 1), f"row {limits.ORDER_LINES + 2}, column Invoice: document 700001 has "),
        (
            [GOOD, *[row_with("StockCode", "POST")] * (limits.ORDER_CHARGES + 1)],
            f"row {limits.ORDER_CHARGES + 3}, column Invoice: document 700001 has {limits.ORDER_CHARGES + 1} charges",
        ),
    ],
)
def test_values_beyond_the_limits_are_refused_with_row_and_column(tmp_path, rows, problem):
    assert problem in refusal_of(years.write_csv(tmp_path / "a.csv", rows))


@given(st.decimals(-9_999_999, 9_999_999, places=6, allow_nan=False))
def test_a_price_is_exact_as_text_and_as_a_float(price):
    assert cells.price(str(price)) == int(price * lines.MICROS)
    assert abs(cells.price(float(price)) - int(price * lines.MICROS)) <= 1
