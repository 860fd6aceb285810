"""The shared sample files of the product import: the outcome of each row, or the refusal of the file."""

from pathlib import Path

import pytest

from apps.catalog.models import Product
from tests.catalog import admin_pages
from tests.catalog.uploads import import_file

pytestmark = pytest.mark.django_db

CASES = Path(__file__).parents[3] / "shared" / "cases"

ROWS = {
    "a01_bom_semicolon.csv": "created",
    "a02_decimal_comma_semicolon.csv": "created created created created",
    "a03_pound_signs.csv": (
        "created created created created refused refused refused created created created refused created created"
        " created refused created"
    ),
    "a06_sep_line.csv": "created",
    "a07_dup_sku.csv": None,
    "a08_header_case.csv": "created",
    "a09_quoted_multiline.csv": "created",
    "a10_cr_only.csv": "created",
    "a11_name_commas_in_semicolon_header.csv": "created",
    "a12_excel_pads.csv": "created",
    "a13_formula_injection.csv": "created created created created",
    "a14_sku_sci.csv": "refused created created created refused",
    "a15_ctrl_zw.csv": None,
    "x02_error_values.xlsx": "refused refused",
    "x03_leading_zero_format.xlsx": "created refused created created",
    "x04_merged.xlsx": "created refused",
    "x05_types.xlsx": "created created created created created refused refused",
    "x09_hidden_rows.xlsx": "created created created",
    "x10_duplicate_name_slug.xlsx": "created created refused created created refused created",
    "x11_rich_text.xlsx": "created refused refused created",
    "x12_formula_category_attribute.xlsx": "refused",
    "x13_error_attribute.xlsx": "refused",
}
"""The outcome of each row; None if it depends on the rules of SKUs and names, which are tested elsewhere."""

REFUSED = {
    "a04_cp1252.csv": "Row 2: the text is not UTF-8",
    "a05_utf16.csv": "Row 1: the text is not UTF-8",
    "x06_second_sheet.xlsx": "The column “How to fill this in” is unknown",
    "x07_title_row.xlsx": "The column “Stock list spring” is unknown",
    "x08_blank_first_row.xlsx": "no column “sku”",
}

PROBLEMS = {
    "x02_error_values.xlsx": {
        "QX-F2": "name: sheet 'S', cell B2 holds the error #N/A",
        "QX-F3": "description: sheet 'S', cell C3 holds the error #DIV/0!",
    },
    "x03_leading_zero_format.xlsx": {"00123": "sku: row 2 has 00123 too."},
    "x12_formula_category_attribute.xlsx": {"QX-F9": "category: sheet 'S', cell B2 holds the formula =LOWER"},
    "x13_error_attribute.xlsx": {"QX-F9": "attribute colour: sheet 'S', cell B2 holds the error #N/A"},
}

available = pytest.mark.skipif(not CASES.is_dir(), reason="the shared cases are not beside this checkout")


@available
@pytest.mark.parametrize("name", ROWS)
def test_rows_of_sample_files_are_created_or_refused_as_expected(desk, name):
    lines = sorted(import_file(desk, (CASES / name).read_bytes(), name).context["lines"], key=lambda line: line.row)
    if ROWS[name] is not None:
        assert " ".join(line.outcome for line in lines) == ROWS[name]
    problems = {line.sku: line.problem for line in lines if line.outcome == "refused"}
    for sku, problem in PROBLEMS.get(name, {}).items():
        assert problem in problems[sku]
    assert not Product.objects.exists()


@available
@pytest.mark.parametrize("name", REFUSED)
def test_sample_files_without_products_are_refused(desk, name):
    assert REFUSED[name] in admin_pages.problems(import_file(desk, (CASES / name).read_bytes(), name))


@available
def test_every_sample_file_for_the_import_is_tested():
    names = {path.name for path in CASES.iterdir() if path.name[0] == "a" or path.name[:2] in ("x0", "x1")}
    assert names == {*ROWS, *REFUSED}
