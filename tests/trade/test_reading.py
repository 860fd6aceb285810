"""A year of trade reads the same from every format; a broken file is refused with its row and column."""

import datetime as dt  # a file's times have no zone: they are read as ISO text
import random
import sys

import openpyxl
import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from apps.trade import reading
from apps.trade.domain import limits, lines
from apps.trade.reading import cells
from tests.trade import years

GOOD = ("700001", "10001", "BRASS LANTERN", "4", "2011-01-04 08:15:00", "12.50", "20001", "EIRE")


def typed(row):
    number, code, text, quantity, date, price, customer, country = row
    moment = dt.datetime.fromisoformat(date)
    return [
        number, code, text or None, int(quantity), moment, float(price),
        float(customer) if customer else None, country,
    ]  # fmt: skip


def write_xlsx(path, rows, header=years.HEADER, sheets=1):
    book = openpyxl.Workbook()
    book.remove(book.active)
    share = -(-len(rows) // sheets)
    for number in range(sheets):
        sheet = book.create_sheet(f"Year {number + 1}")
        sheet.append(list(header))
        for row in rows[number * share : (number + 1) * share]:
            sheet.append(list(row))
    book.save(path)
    return path


def write_parquet(path, rows, header=years.HEADER):
    parquet.write_table(pyarrow.table(dict(zip(header, zip(*rows, strict=True), strict=True))), path)
    return path


def row_with(column, value):
    row = list(GOOD)
    row[years.HEADER.index(column)] = value
    return row


def refusal_of(path):
    with pytest.raises(reading.BrokenFile) as caught:
        reading.read(path)
    return str(caught.value)


def test_csv_xlsx_and_parquet_of_the_same_year_are_the_same_year(tmp_path):
    rows = [typed(row) for row in years.sample_rows()]
    prints = {
        lines.fingerprint(reading.read(path))
        for path in (
            years.SAMPLE,
            write_xlsx(tmp_path / "one.xlsx", rows),
            write_xlsx(tmp_path / "two.xlsx", rows, sheets=2),
            write_parquet(tmp_path / "one.parquet", rows),
        )
    }
    assert len(prints) == 1


def test_the_format_is_told_by_the_content_not_the_name(tmp_path):
    path = write_parquet(tmp_path / "year.parquet", [typed(GOOD)]).rename(tmp_path / "year.csv")
    assert len(reading.read(path)) == 1


@pytest.mark.parametrize(
    "header",
    [
        years.HEADER,
        (
            "InvoiceNo",
            "StockCode",
            "Description",
            "Quantity",
            "InvoiceDate",
            "UnitPrice",
            "CustomerID",
            "Country",
        ),
        (
            "invoice no",
            " Stock Code ",
            "DESCRIPTION",
            "quantity",
            "Invoice Date",
            "unit_price",
            "Customer Id",
            "country",
        ),
    ],
)
def test_columns_go_by_any_of_their_names(tmp_path, header):
    assert lines.totals(reading.read(years.write_csv(tmp_path / "a.csv", [GOOD], header))) == (
        1,
        4,
        50_000_000,
    )


def test_columns_may_stand_in_any_order_among_others(tmp_path):
    order = [7, 5, 3, 1, 0, 2, 4, 6]
    header = ["Note", *(years.HEADER[i] for i in order)]
    year = reading.read(years.write_csv(tmp_path / "a.csv", [["x", *(GOOD[i] for i in order)]], header))
    assert year.line(0) == lines.Line(0, "10001", "BRASS LANTERN", 4, 12_500_000)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_pound_signs_survive_every_usual_encoding(tmp_path, encoding):
    row = row_with("Description", "Voucher £20.00 for a café")
    year = reading.read(years.write_csv(tmp_path / "a.csv", [row], encoding=encoding))
    assert year.descriptions[0] == "Voucher £20.00 for a café"


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
def test_whether_days_or_months_come_first_is_told_from_the_whole_file(tmp_path, dates, second):
    year = reading.read(years.write_csv(tmp_path / "a.csv", [row_with("InvoiceDate", date) for date in dates]))
    assert (lines.EPOCH + dt.timedelta(seconds=year.seconds[1])).isoformat() == second


def test_a_moment_that_names_its_zone_is_read_by_the_shops_own_clock(tmp_path):
    utc = dt.datetime(2011, 6, 30, 23, 30, tzinfo=dt.UTC)
    as_text = years.write_csv(tmp_path / "a.csv", [row_with("InvoiceDate", utc.isoformat())])
    typed_ = write_parquet(tmp_path / "a.parquet", [[*typed(GOOD)[:4], utc, *typed(GOOD)[5:]]])
    for path in (as_text, typed_):
        read = lines.EPOCH + dt.timedelta(seconds=reading.read(path).seconds[0])
        assert read.isoformat() == "2011-07-01T00:30:00"


def test_dirt_is_tolerated(tmp_path):
    rows = [
        ("700001", " 10001a ", "", "4", "2011-01-04 08:15", "£1,012.50", "20001.0", ""),
        ("700001", "10001A", "nan", "-4.0", "2011-01-04 08:15", "0", "", "EIRE"),
        ("", "", "", "", "", "", "", ""),
        ("700001", "bank charges", "x", "1,000", "2011-01-04 08:15", "-0.001", "nan", "EIRE"),
    ]
    year = reading.read(years.write_csv(tmp_path / "a.csv", rows))
    assert list(year.prices) == [1_012_500_000, 0, -1_000]
    assert list(year.quantities) == [4, -4, 1000]
    assert [year.codes[i] for i in range(3)] == ["10001A", "10001A", "BANKCHARGES"]
    assert [year.customers[i] for i in range(3)] == ["20001", "", ""]


@pytest.mark.parametrize(
    ("column", "cell", "problem"),
    [
        ("Quantity", "four", "'four' is not a whole number"),
        ("Quantity", "1.5", "'1.5' is not a whole number"),
        ("Quantity", "", "the cell is empty where a whole number is needed"),
        ("Quantity", "inf", "'inf' is not a whole number"),
        ("Quantity", "99999999999", "more than the 10,000,000 that a line may have"),
        ("Price", "a lot", "'a lot' is not a price"),
        ("Price", "", "the cell is empty where a price is needed"),
        ("Price", "NaN", "'NaN' is not a price"),
        ("Price", "1e300", "beyond any price"),
        ("Price", "2,55", "'2,55' is not a price"),
        ("InvoiceDate", "yesterday", "'yesterday' is not a date"),
        ("InvoiceDate", "", "the cell is empty where a date is needed"),
        ("InvoiceDate", "2011-02-30 10:00", "'2011-02-30 10:00' is not a date"),
        ("InvoiceDate", "0011-02-03 10:00", "is not in this age"),
        ("Invoice", " ", "the cell is empty"),
        ("StockCode", "", "the cell is empty"),
    ],
)
def test_an_unreadable_cell_is_named_by_row_and_column(tmp_path, column, cell, problem):
    path = years.write_csv(tmp_path / "year.csv", [GOOD, GOOD, row_with(column, cell), GOOD])
    said = refusal_of(path)
    assert said.startswith(f"year.csv, row 4, column {column}: ")
    assert problem in said


def test_an_unreadable_cell_of_a_sheet_is_named_with_the_sheet(tmp_path):
    rows = [typed(GOOD)] * 3 + [[*typed(GOOD)[:3], "four", *typed(GOOD)[4:]]]
    said = refusal_of(write_xlsx(tmp_path / "year.xlsx", rows, sheets=2))
    assert said == "year.xlsx, sheet 'Year 2', row 3, column Quantity: 'four' is not a whole number."


def test_an_unreadable_cell_of_a_parquet_file_is_named_by_its_line(tmp_path):
    rows = [typed(GOOD), [*typed(GOOD)[:5], float("nan"), *typed(GOOD)[6:]]]
    assert refusal_of(write_parquet(tmp_path / "year.parquet", rows)) == (
        "year.parquet, row 2, column Price: 'nan' is not a price."
    )


def test_where_parquet_cannot_be_read_it_says_what_can(tmp_path, monkeypatch):
    path = write_parquet(tmp_path / "year.parquet", [typed(GOOD)])
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert refusal_of(path) == "year.parquet: Parquet cannot be read here; save it as .csv or .xlsx."


def test_every_missing_column_is_named_with_what_is_there(tmp_path):
    path = years.write_csv(tmp_path / "year.csv", [GOOD[:6]], [*years.HEADER[:5], "Cost"])
    said = refusal_of(path)
    assert said.startswith("year.csv, row 1, column Price, Customer ID, Country: there is no such column")
    assert "'Cost'" in said


def test_a_column_that_is_there_twice_is_refused(tmp_path):
    path = years.write_csv(tmp_path / "year.csv", [[*GOOD, "1"]], [*years.HEADER, "UnitPrice"])
    assert "column Price: this column is there more than once" in refusal_of(path)


def test_a_row_that_ends_early_is_named(tmp_path):
    path = years.write_csv(tmp_path / "year.csv", [GOOD, GOOD[:4]])
    assert refusal_of(path).startswith("year.csv, row 3, column Price: the row ends before this column")


def test_a_row_after_one_with_line_breaks_in_it_is_named_by_its_own_line(tmp_path):
    path = years.write_csv(tmp_path / "year.csv", [row_with("Description", "two\nlines"), row_with("Price", "x")])
    assert refusal_of(path).startswith("year.csv, row 4, column Price")


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("empty.csv", b"", "it is empty"),
        ("header.csv", ",".join(years.HEADER).encode(), "it has no lines of trade"),
        ("blank.csv", b"\n\n\n", "there is no such column"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0", "neither CSV, XLSX nor Parquet"),
        ("year.xlsx", b"PK\x03\x04 and nothing more", "damaged Excel file"),
        ("year.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old or encrypted Excel"),
        ("year.parquet", b"PAR1 and nothing more", "damaged Parquet file"),
        ("text.parquet", b"Invoice,StockCode\n", "it is not a parquet file"),
        ("text.xlsx", b"Invoice,StockCode\n", "it is not a xlsx file"),
        ("quotes.csv", (",".join(years.HEADER) + '\n"7000"01,x\n').encode(), "cannot be read"),
    ],
)
def test_a_file_that_is_no_year_of_trade_is_refused(tmp_path, name, content, problem):
    path = tmp_path / name
    path.write_bytes(content)
    said = refusal_of(path)
    assert said.startswith(name)
    assert problem in said


def test_a_file_that_is_not_there_is_refused(tmp_path):
    assert "there is no such file" in refusal_of(tmp_path / "nowhere.csv")
    assert "it is a folder" in refusal_of(tmp_path)


def test_a_parquet_file_cut_short_or_damaged_inside_is_refused(tmp_path):
    path = write_parquet(tmp_path / "year.parquet", [typed(row) for row in years.sample_rows()])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert "damaged" in refusal_of(path)
    path.write_bytes(whole[:200] + bytes(300) + whole[500:])
    assert "year.parquet" in refusal_of(path)


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
def test_prices_are_read_as_the_whole_file_writes_them(tmp_path, prices, pence):
    path = years.write_csv(tmp_path / "a.csv", [row_with("Price", price) for price in prices], delimiter="\t")
    assert [price // 10_000 for price in reading.read(path).prices] == pence


def test_a_quantity_is_read_as_the_prices_are_written(tmp_path):
    rows = [row_with("Quantity", "1.000"), row_with("Price", "0,99")]
    rows = [[*row[:5], row[5].replace(".", ","), *row[6:]] for row in rows]
    assert list(reading.read(years.write_csv(tmp_path / "a.csv", rows, delimiter=";")).quantities) == [1000, 4]


def test_a_workbook_says_nothing_of_how_its_texts_write_numbers(tmp_path):
    texts = [[*typed(GOOD)[:5], "2,55", *typed(GOOD)[6:]], [*typed(GOOD)[:5], 1.299, *typed(GOOD)[6:]]]
    assert list(reading.read(write_xlsx(tmp_path / "a.xlsx", texts)).prices) == [2_550_000, 1_299_000]


@pytest.mark.parametrize(
    "column", ["Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price", "Country"]
)
@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#SPILL!"])
def test_an_error_of_a_spreadsheet_is_refused_in_any_column_and_format(tmp_path, column, error):
    said = refusal_of(years.write_csv(tmp_path / "a.csv", [GOOD, row_with(column, error)]))
    assert said.startswith(f"a.csv, row 3, column {column}: {error!r} is")
    said = refusal_of(write_xlsx(tmp_path / "a.xlsx", [GOOD, row_with(column, error)]))
    letter = "ABCDEFGH"[years.HEADER.index(column)]
    assert said.startswith(f"a.xlsx, sheet 'Year 1', row 3, column {column}: ")
    assert f"cell {letter}3 holds the error {error}" in said or f"{error!r} is an error value" in said


def test_a_formula_without_its_result_is_refused_where_it_is_needed_only(tmp_path):
    rows = [[*row, "=D2*F2"] for row in [typed(GOOD)]]
    header = (*years.HEADER, "Total")
    assert len(reading.read(write_xlsx(tmp_path / "a.xlsx", rows, header))) == 1
    rows[0][2] = '="LAN"&"TERN"'
    said = refusal_of(write_xlsx(tmp_path / "b.xlsx", rows, header))
    assert said.startswith("b.xlsx, sheet 'Year 1', row 2, column Description: cell C2 holds the formula")


@pytest.mark.parametrize(
    ("column", "cell", "problem"),
    [
        ("Invoice", True, "'True' is a truth value where a text is needed"),
        ("StockCode", dt.datetime(2010, 1, 5), "'2010-01-05 00:00:00' is a date or time where"),  # noqa: DTZ001
        ("StockCode", b"85048", "is neither a text nor a number where"),
        ("StockCode", "NaN", "the cell is empty"),
        ("StockCode", ["85048"], "is neither a text nor a number where"),
        ("Price", [1.5], "is not a price"),
        ("Customer ID", dt.date(2010, 1, 5), "is a date or time where"),
        ("Quantity", True, "'True' is not a whole number"),
        ("Quantity", None, "the cell is empty"),
        ("Price", None, "the cell is empty"),
        ("Price", float("inf"), "'inf' is not a price"),
        ("InvoiceDate", None, "the cell is empty"),
        ("InvoiceDate", 40183.5, "'40183.5' is not a date"),
    ],
)
def test_a_typed_value_of_another_kind_is_refused(tmp_path, column, cell, problem):
    row = typed(GOOD)
    row[years.HEADER.index(column)] = cell
    said = refusal_of(write_parquet(tmp_path / "a.parquet", [row]))
    assert said.startswith(f"a.parquet, row 1, column {column}: ")
    assert problem in said


def test_missing_values_of_data_frames_are_missing(tmp_path):
    rows = [row_with("Description", "NaN"), row_with("Customer ID", "None"), row_with("Country", "<NA>")]
    year = reading.read(years.write_csv(tmp_path / "a.csv", rows))
    assert (year.descriptions[0], year.customers[1], year.countries[2]) == ("", "", "")


def test_hidden_sheets_are_read_and_merged_cells_are_not_filled_and_both_are_told(tmp_path):
    book = openpyxl.load_workbook(write_xlsx(tmp_path / "a.xlsx", [typed(GOOD)] * 4, sheets=2))
    book["Year 2"].sheet_state = "hidden"
    book["Year 2"]["C3"] = None
    book["Year 2"].merge_cells("C2:C3")
    book.save(tmp_path / "a.xlsx")
    year = reading.read(tmp_path / "a.xlsx")
    assert [year.descriptions[i] for i in range(4)] == ["BRASS LANTERN"] * 3 + [""]
    assert year.notices == [
        "The sheet 'Year 2' is hidden; its rows are read like all others.",
        "The sheet 'Year 2' has merged cells (C2:C3). Only the first cell of each has a value;"
        " the others are read as empty.",
    ]


def test_a_document_with_two_customers_is_refused_and_one_that_names_its_customer_once_is_not(tmp_path):
    rows = [GOOD, row_with("Customer ID", ""), row_with("Customer ID", "20001.0")]
    assert len(reading.read(years.write_csv(tmp_path / "a.csv", rows))) == 3
    said = refusal_of(years.write_csv(tmp_path / "b.csv", [*rows, row_with("Customer ID", "20002")]))
    assert said == (
        "b.csv, row 5, column Customer ID: document 700001 has two customers: '20001' in row 2, '20002' here."
    )


def test_a_moment_in_the_future_is_refused(tmp_path):
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
def test_what_is_more_than_the_shop_can_process_is_refused_with_its_place(tmp_path, rows, problem):
    assert problem in refusal_of(years.write_csv(tmp_path / "a.csv", rows))


@given(st.decimals(-9_999_999, 9_999_999, places=6, allow_nan=False))
def test_a_price_is_exact_as_text_and_as_what_a_spreadsheet_makes_of_it(price):
    assert cells.price(str(price)) == int(price * lines.MICROS)
    assert abs(cells.price(float(price)) - int(price * lines.MICROS)) <= 1


@given(st.lists(st.binary(max_size=40), max_size=8), st.integers(0, 9))
def test_noise_of_any_kind_is_read_or_refused_and_nothing_else(tmp_path_factory, noise, seed):
    text = years.SAMPLE.read_bytes().splitlines()
    at = random.Random(seed).randrange(len(text))
    path = tmp_path_factory.mktemp("noise") / "year.csv"
    path.write_bytes(b"\n".join([*text[:at], *noise, *text[at:]]))
    refusal = ""
    try:
        read = len(reading.read(path))
    except reading.BrokenFile as error:
        refusal = str(error)
    assert refusal.startswith("year.csv") if refusal else read >= len(text) - 1
