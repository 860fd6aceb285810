"""A year of trade reads the same from every format; a broken file is refused with its row and column."""

import random
import sys

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.trade import reading
from apps.trade.domain import lines
from tests.trade import years
from tests.trade.files import GOOD, refusal_of, row_with, typed, write_parquet, write_xlsx


def test_csv_xlsx_and_parquet_give_the_same_year(tmp_path):
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


def test_the_format_is_detected_by_content(tmp_path):
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
def test_columns_are_found_by_any_of_their_names(tmp_path, header):
    assert lines.totals(reading.read(years.write_csv(tmp_path / "a.csv", [GOOD], header))) == (
        1,
        4,
        50_000_000,
    )


def test_columns_may_have_any_order(tmp_path):
    order = [7, 5, 3, 1, 0, 2, 4, 6]
    header = ["Note", *(years.HEADER[i] for i in order)]
    year = reading.read(years.write_csv(tmp_path / "a.csv", [["x", *(GOOD[i] for i in order)]], header))
    assert year.line(0) == lines.Line(0, "10001", "BRASS LANTERN", 4, 12_500_000)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_pound_signs_survive_every_usual_encoding(tmp_path, encoding):
    row = row_with("Description", "Voucher £20.00 for a café")
    year = reading.read(years.write_csv(tmp_path / "a.csv", [row], encoding=encoding))
    assert year.descriptions[0] == "Voucher £20.00 for a café"


def test_irregular_values_are_tolerated(tmp_path):
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
        ("Quantity", "", "the cell is empty, but a whole number is required"),
        ("Quantity", "inf", "'inf' is not a whole number"),
        ("Quantity", "99999999999", "more than a line's maximum of 10,000,000"),
        ("Price", "a lot", "'a lot' is not a price"),
        ("Price", "", "the cell is empty, but a price is required"),
        ("Price", "NaN", "'NaN' is not a price"),
        ("Price", "1e300", "more than the maximum price"),
        ("Price", "2,55", "'2,55' is not a price"),
        ("InvoiceDate", "yesterday", "'yesterday' is not a date"),
        ("InvoiceDate", "", "the cell is empty, but a date is required"),
        ("InvoiceDate", "2011-02-30 10:00", "'2011-02-30 10:00' is not a date"),
        ("InvoiceDate", "0011-02-03 10:00", "is not between 1971 and 2100"),
        ("Invoice", " ", "the cell is empty"),
        ("StockCode", "", "the cell is empty"),
    ],
)
def test_an_unreadable_cell_is_named_by_row_and_column(tmp_path, column, cell, problem):
    path = years.write_csv(tmp_path / "year.csv", [GOOD, GOOD, row_with(column, cell), GOOD])
    message = refusal_of(path)
    assert message.startswith(f"year.csv, row 4, column {column}: ")
    assert problem in message


def test_an_unreadable_cell_of_a_sheet_is_named_with_the_sheet(tmp_path):
    rows = [typed(GOOD)] * 3 + [[*typed(GOOD)[:3], "four", *typed(GOOD)[4:]]]
    message = refusal_of(write_xlsx(tmp_path / "year.xlsx", rows, sheets=2))
    assert message == "year.xlsx, sheet 'Year 2', row 3, column Quantity: 'four' is not a whole number."


def test_an_unreadable_cell_of_a_parquet_file_is_named_by_its_line(tmp_path):
    rows = [typed(GOOD), [*typed(GOOD)[:5], float("nan"), *typed(GOOD)[6:]]]
    assert refusal_of(write_parquet(tmp_path / "year.parquet", rows)) == (
        "year.parquet, row 2, column Price: 'nan' is not a price."
    )


def test_without_parquet_support_the_message_names_other_formats(tmp_path, monkeypatch):
    path = write_parquet(tmp_path / "year.parquet", [typed(GOOD)])
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert refusal_of(path) == "year.parquet: Parquet support is not installed; save the file as .csv or .xlsx."


def test_missing_columns_are_named_with_the_present_ones(tmp_path):
    path = years.write_csv(tmp_path / "year.csv", [GOOD[:6]], [*years.HEADER[:5], "Cost"])
    message = refusal_of(path)
    assert message.startswith("year.csv, row 1, column Price, Customer ID, Country: missing column")
    assert "'Cost'" in message


def test_a_duplicate_column_is_refused(tmp_path):
    path = years.write_csv(tmp_path / "year.csv", [[*GOOD, "1"]], [*years.HEADER, "UnitPrice"])
    assert "column Price: this column occurs more than once" in refusal_of(path)


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
        ("header.csv", ",".join(years.HEADER).encode(), "it has no rows below its header"),
        ("blank.csv", b"\n\n\n", "missing column"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0", "neither CSV nor XLSX nor Parquet"),
        ("year.xlsx", b"PK\x03\x04 and nothing more", "damaged Excel file"),
        ("year.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old or encrypted Excel"),
        ("year.parquet", b"PAR1 and nothing more", "damaged Parquet file"),
        ("text.parquet", b"Invoice,StockCode\n", "it is not a Parquet file"),
        ("text.xlsx", b"Invoice,StockCode\n", "it is not an XLSX file"),
        ("quotes.csv", (",".join(years.HEADER) + '\n"7000"01,x\n').encode(), "cannot be read"),
    ],
)
def test_other_files_are_refused(tmp_path, name, content, problem):
    path = tmp_path / name
    path.write_bytes(content)
    message = refusal_of(path)
    assert message.startswith(name)
    assert problem in message


def test_a_missing_file_is_refused(tmp_path):
    assert "the file does not exist" in refusal_of(tmp_path / "nowhere.csv")
    assert "it is a folder" in refusal_of(tmp_path)


def test_a_truncated_or_damaged_parquet_file_is_refused(tmp_path):
    path = write_parquet(tmp_path / "year.parquet", [typed(row) for row in years.sample_rows()])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert "damaged" in refusal_of(path)
    path.write_bytes(whole[:200] + bytes(300) + whole[500:])
    assert "year.parquet" in refusal_of(path)


def test_hidden_sheets_and_merged_cells_are_reported(tmp_path):
    book = openpyxl.load_workbook(write_xlsx(tmp_path / "a.xlsx", [typed(GOOD)] * 4, sheets=2))
    book["Year 2"].sheet_state = "hidden"
    book["Year 2"]["C3"] = None
    book["Year 2"].merge_cells("C2:C3")
    book.save(tmp_path / "a.xlsx")
    year = reading.read(tmp_path / "a.xlsx")
    assert [year.descriptions[i] for i in range(4)] == ["BRASS LANTERN"] * 3 + [""]
    assert year.notices == [
        "The sheet 'Year 2' is hidden; its rows are read as well.",
        "The sheet 'Year 2' has merged cells (C2:C3). Only the first cell of each has a value;"
        " the others are read as empty.",
    ]


def test_a_document_with_two_customers_is_refused(tmp_path):
    rows = [GOOD, row_with("Customer ID", ""), row_with("Customer ID", "20001.0")]
    assert len(reading.read(years.write_csv(tmp_path / "a.csv", rows))) == 3
    message = refusal_of(years.write_csv(tmp_path / "b.csv", [*rows, row_with("Customer ID", "20002")]))
    assert message == (
        "b.csv, row 5, column Customer ID: document 700001 has two customers: '20001' in row 2, '20002' here."
    )


@given(st.lists(st.binary(max_size=40), max_size=8), st.integers(0, 9))
def test_random_input_is_read_or_refused(tmp_path_factory, noise, seed):
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
