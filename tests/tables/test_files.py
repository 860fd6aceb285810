"""Files become tables whose cells have the values that a person sees, or are marked as having none."""

import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thriftshop.tables import csv_files, opening, table, workbooks

READERS = [workbooks.tables, workbooks.streamed]


def workbook(rows, **formats):
    """A workbook as bytes; `formats` are number formats by cell."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "S"
    for row in rows:
        sheet.append(row)
    for cell, code in formats.items():
        sheet[cell].number_format = code
    return saved(book)


def saved(book):
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_markup(content, old, new):
    """The workbook with another text in its first sheet's XML, such as the stored result of a formula."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(changed, "w") as after:
        for part in before.namelist():
            text = before.read(part)
            if part == "xl/worksheets/sheet1.xml":
                assert old in text
                text = text.replace(old, new)
            after.writestr(part, text)
    return changed.getvalue()


def cells(content, read):
    [found] = read(io.BytesIO(content))
    return {
        f"{table.letter(column)}{number}": cell
        for number, row in found.rows
        for column, cell in enumerate(row)
        if cell not in (None, "")
    }


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#REF!", "#NAME?", "#NULL!", "#NUM!", "#VALUE!"])
def test_a_spreadsheet_error_is_faulty_and_names_its_cell(read, error):
    found = cells(workbook([["a", "b"], ["x", error]]), read)
    assert found["B2"] == table.Faulty(f"cell B2 holds the error {error}; correct it or clear the cell")


@pytest.mark.parametrize("read", READERS)
def test_a_formula_without_a_result_is_faulty_and_one_with_a_result_is_read(read):
    content = workbook([["a", "b"], ["=1+1", "=A2&B1"], ["x", '=""']])
    content = with_markup(content, b"<f>1+1</f><v /></c>", b"<f>1+1</f><v>2</v></c>")
    content = with_markup(content, b'<c r="B3"><f>""</f><v /></c>', b'<c r="B3" t="str"><f>""</f><v></v></c>')
    found = cells(content, read)
    assert found["A2"] == 2
    assert "B3" not in found
    assert "cell B2 holds the formula =A2&B1 without its result" in found["B2"].problem


@pytest.mark.parametrize("read", READERS)
def test_formulas_beyond_the_last_value_are_found_too(read):
    found = cells(workbook([["a"], [], [None, None, "=1"]]), read)
    assert set(found) == {"A1", "C3"}


@pytest.mark.parametrize("read", READERS)
def test_leading_zeros_and_long_numbers_are_read_as_displayed(read):
    rows = [["code"], [123], [123], [123], [1.5], [777], [123456]]
    content = workbook(rows, A2="00000", A3="0", A4="0.00", A5="00000", A7="0000")
    content = with_markup(content, b"<v>777</v>", b"<v>1234567890123456789</v>")
    found = cells(content, read)
    assert [found[f"A{row}"] for row in range(2, 8)] == ["00123", 123, 123, 1.5, "1234567890123456789", "123456"]


@pytest.mark.parametrize("read", READERS)
def test_rows_and_columns_are_counted_from_the_first_cell(read):
    assert cells(workbook([[], [], [None, None, "x"], [], [None, "y", 2]]), read) == {"C3": "x", "B5": "y", "C5": 2}


@pytest.mark.parametrize("read", READERS)
def test_hidden_sheets_and_merged_cells_are_reported(read):
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active.append(["x"])
    book.active.merge_cells("A2:B3")
    other = book.create_sheet("old")
    other.append(["c"])
    other.sheet_state = "hidden"
    first, second = ((t.hidden, t.merged, list(t.rows)) for t in read(io.BytesIO(saved(book))))
    assert first[:2] == (False, ("A2:B3",))
    assert second[:2] == (True, ())


def test_an_upload_with_one_cell_far_out_takes_little_memory():
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "sku", "stray"
    [sheet] = workbooks.streamed(io.BytesIO(saved(book)))
    assert [number for number, _ in zip(range(1, 6), sheet.rows, strict=False)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a;b\n1;2\n", ["1", "2"]),
        ("a\tb\n1\t2\n", ["1", "2"]),
        ("sep=;\na;b\n1;2\n", ["1", "2"]),
        ("SEP=|\r\na|b\r\n1|2\r\n", ["1", "2"]),
        ("\ufeffa,b\n1,2\n", ["1", "2"]),
        ("a,b\r1,2\r", ["1", "2"]),
    ],
)
def test_the_separator_is_detected_from_the_first_line(text, rows):
    found = list(csv_files.table(io.BytesIO(text.encode())).rows)
    assert found[-1][1] == rows


def test_rows_below_a_separator_line_have_their_line_numbers():
    found = csv_files.table(io.BytesIO(b'sep=;\na;b\n"two\nlines";2\nx;y\n'))
    assert [number for number, _ in found.rows] == [2, 3, 5]


@pytest.mark.parametrize("line", [b"sep=\n", b"sep=x\n", b"sep=;;\n"])
def test_an_invalid_separator_line_is_refused(line):
    with pytest.raises(table.Unreadable, match="is not a valid separator line"):
        csv_files.table(io.BytesIO(line + b"a;b\n"))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_are_refused(content):
    try:
        list(csv_files.table(io.BytesIO(content)).rows)
    except table.Unreadable:
        return
    assert b"\0" not in content


@pytest.mark.parametrize(
    ("column", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")]
)
def test_columns_have_the_letters_of_spreadsheets(column, name):
    assert table.letter(column) == name


def test_another_archive_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as archive:
        archive.writestr("content.xml", "<office/>")
    with pytest.raises(table.Unreadable, match="not an Excel workbook"), opening.tables(tmp_path / "x.xlsx") as found:
        list(found)
