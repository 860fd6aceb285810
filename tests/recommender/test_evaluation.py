"""The evaluation of recommendations, with generated baskets and files of sales."""

import csv
import datetime
import io
import json
import random
from pathlib import Path

import openpyxl
import pyarrow
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from apps.recommender.domain import evaluation
from apps.recommender.domain.basket_model import Basket
from apps.recommender.management import sales_file

YEAR = Path(__file__).resolve().parents[3] / "shared" / "data" / "online_retail_2009_2010.parquet"
DAY = 86_400_000
HEADER = ("Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price", "Customer ID", "Country")


def families(count: int, seed: int = 0) -> list[Basket]:
    """Baskets of three products of one of 60 families, and one popular product."""
    generator = random.Random(seed)
    baskets = []
    for number in range(count):
        family = generator.randrange(60)
        skus = [f"1{family:03}{member}" for member in generator.sample(range(5), 3)]
        baskets.append(Basket(number * DAY // 10, [*skus, f"9000{generator.randrange(10)}"]))
    return baskets


def test_the_last_fifth_by_time_is_the_test_set_without_baskets_of_one_product():
    baskets = [Basket(moment, ["a", "b"]) for moment in (5, 3, 1, 4, 2)] + [Basket(9, ["a"]), Basket(9, ["a", "a"])]
    training, test_baskets = evaluation.split(baskets)
    assert [basket.bought_at for basket in training] == [1, 2, 3, 4]
    assert [basket.bought_at for basket in test_baskets] == [5]


def test_every_line_is_hidden_once_with_the_others_visible():
    hidden_lines = list(evaluation.hide_lines([Basket(0, ["a", "b", "c"])], 0))
    assert {(line.sku, tuple(line.visible)) for line in hidden_lines} == {
        ("a", ("b", "c")),
        ("b", ("a", "c")),
        ("c", ("a", "b")),
    }


def test_sampled_lines_have_the_weight_of_all_lines_of_their_basket():
    test_baskets = [Basket(0, list("abcdefgh")), Basket(0, ["a", "b"])]
    hidden_lines = list(evaluation.hide_lines(test_baskets, 3))
    assert len(hidden_lines) == 5
    assert sum(line.weight for line in hidden_lines) == pytest.approx(10)


def test_a_perfect_predictor_scores_1_and_a_useless_one_0():
    test_baskets = [Basket(0, ["a", "b"]), Basket(0, ["c", "d", "e"])]
    qualities = evaluation.evaluate(
        evaluation.hide_lines(test_baskets, 0),
        {"all": lambda _: list("abcde"), "none": lambda _: [], "late": lambda _: "x" * 10 + "abcde"},
    )
    assert qualities == {"all": (1, 1), "none": (0, 0), "late": (0, 0)}


def test_the_hit_rate_averages_over_baskets_and_recall_over_lines():
    test_baskets = [Basket(0, ["a", "b"]), Basket(0, ["c", "d", "e", "f"])]
    qualities = evaluation.evaluate(evaluation.hide_lines(test_baskets, 0), {"ab": lambda _: ["a", "b"]})
    assert qualities["ab"].hit_rate == pytest.approx(1 / 2)
    assert qualities["ab"].recall == pytest.approx(2 / 6)


@given(st.integers(0, 2**32), st.integers(1, 4))
def test_predictions_are_distinct_and_not_visible_lines(seed, lines):
    training, test_baskets = evaluation.split(families(60, seed))
    predictors = evaluation.predictors(training)
    for line in list(evaluation.hide_lines(test_baskets, lines))[:4]:
        for predict in predictors.values():
            predictions = list(predict(line.visible))
            assert not set(predictions) & set(line.visible)
            assert len(predictions) == len(set(predictions)) <= evaluation.MAX_PREDICTIONS


def test_the_recommender_finds_families_that_popularity_does_not():
    training, test_baskets = evaluation.split(families(1500))
    qualities = evaluation.evaluate(evaluation.hide_lines(test_baskets, 2), evaluation.predictors(training))
    assert qualities["recommender"].hit_rate > 2.5 * qualities["popularity"].hit_rate
    assert qualities["random"].hit_rate < qualities["popularity"].hit_rate


def sales(baskets: list[Basket]) -> list[tuple]:
    """The rows of a file of sales, including some that must be ignored."""
    rows: list[tuple] = []
    for number, basket in enumerate(baskets):
        moment = datetime.datetime(2010, 1, 1) + datetime.timedelta(milliseconds=basket.bought_at)  # noqa: DTZ001 - files name no zone
        document = str(500_000 + number)
        rows.extend((document, sku, "THING", 2, moment, 1.25, 13085, "France") for sku in basket.skus)
        rows.append((document, "POST", "POSTAGE", 1, moment, 18.0, 13085, "France"))
        rows.append((document, "77777", "FREE", 1, moment, 0.0, 13085, "France"))
        rows.append((f"C{document}", "88888", "CANCELLED", -1, moment, 1.25, None, "France"))
    return rows


def write_csv(path: Path, rows: list[tuple], header=HEADER, date_format="%Y-%m-%d %H:%M:%S") -> None:
    with path.open("w", newline="", encoding="cp1252") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows([*row[:4], row[4].strftime(date_format), *row[5:]] for row in rows)


def write_xlsx(path: Path, rows: list[tuple]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADER)
    for row in rows:
        sheet.append((int(row[0]) if row[0].isdigit() else row[0], *row[1:]))
    book.save(path)


def write_parquet(path: Path, rows: list[tuple]) -> None:
    columns = dict(zip(HEADER, zip(*rows, strict=True), strict=True))
    parquet.write_table(pyarrow.table({name: list(values) for name, values in columns.items()}), path)


@pytest.mark.parametrize("write", [write_csv, write_xlsx, write_parquet])
def test_csv_xlsx_and_parquet_files_give_the_same_baskets(write, tmp_path):
    baskets = families(20)
    write(tmp_path / "sales", sales(baskets))
    start = datetime.datetime(2010, 1, 1, tzinfo=datetime.UTC).timestamp() * 1000
    read = sales_file.baskets(tmp_path / "sales")
    assert [basket.skus for basket in read] == [sorted(basket.skus) for basket in baskets]
    assert [basket.bought_at - start for basket in read] == pytest.approx([b.bought_at for b in baskets], abs=1000)


def test_alternative_column_names_and_date_formats_are_read(tmp_path):
    baskets = families(20)
    header = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")
    write_csv(tmp_path / "plain.csv", sales(baskets))
    write_csv(tmp_path / "other.csv", sales(baskets), header, "%d/%m/%Y %H:%M")
    plain, other = sales_file.baskets(tmp_path / "plain.csv"), sales_file.baskets(tmp_path / "other.csv")
    assert [basket.skus for basket in plain] == [basket.skus for basket in other]
    assert [b.bought_at // 60_000 for b in plain] == [b.bought_at // 60_000 for b in other]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Invoice,StockCode,Quantity,Price\n", "row 1: no column is called invoicedate"),
        ("Invoice,StockCode,Quantity,InvoiceDate,Price\n1,12345,two,2010-01-01,1\n", "row 2, column Quantity: 'two'"),
        ("Invoice,StockCode,Quantity,InvoiceDate,Price\n1,12345,2,2010-01-01,\n", "row 2, column Price: ''"),
        ("Invoice,StockCode,Quantity,InvoiceDate,Price\n1,12345,2,once,1\n", "row 2, column InvoiceDate: 'once'"),
        ("Invoice,StockCode,Quantity,InvoiceDate,Price\n1,12345\n", "row 2: it has 2 columns"),
        ("", "cannot be read as CSV, XLSX or Parquet: it is empty"),
        ("\n\n", "row 1: no column"),
        ("Invoice,StockCode,Quantity,InvoiceDate,Price\n1,12345,2,2010-01-01,1\n", "too few baskets"),
        (",".join(HEADER) + "\n" + "x" * 200_000, "cannot be read"),
        ("PAR1 not really", "cannot be read"),
        ("PK not really", "cannot be read"),
    ],
)
def test_a_broken_file_gets_one_clear_error(text, message, tmp_path):
    file = tmp_path / "broken.csv"
    file.write_text(text)
    with pytest.raises(CommandError, match=message):
        call_command("evaluate_recommender", file)


def test_an_error_in_a_csv_file_names_the_first_line_of_the_row(tmp_path):
    file = tmp_path / "loose.csv"
    good = '1,12345,"two\nlines",2,2010-01-01,1,,\n'
    file.write_text("\n" + ",".join(HEADER) + "\n\n" + good + ",,,,,,,\n" + good.replace(",2,", ",two,"))
    with pytest.raises(CommandError, match="row 7, column Quantity: 'two'"):
        sales_file.baskets(file)


@pytest.mark.parametrize("above", [0, 3])
def test_an_error_in_a_workbook_names_the_row_of_the_sheet_counting_empty_rows(above, tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    rows = [HEADER, None, (1, 12345, "MUG", 2, "2010-01-01", 1), None, (1, 12346, "CUP", "two", "2010-01-01", 1)]
    for number, row in enumerate(rows, start=above + 1):
        for column, value in enumerate(row or (), start=2):
            sheet.cell(number, column, value)
    book.create_sheet("empty")
    book.save(tmp_path / "loose.xlsx")
    with pytest.raises(CommandError, match=f"row {above + 5}, column Quantity: 'two'"):
        sales_file.baskets(tmp_path / "loose.xlsx")


@pytest.mark.parametrize("column", [0, 1, 3, 4, 5])
@pytest.mark.parametrize(
    ("value", "problem"), [("#N/A", "#N/A"), ("=1+1", "holds the formula =1\\+1 without its result")]
)
def test_spreadsheet_errors_and_formulas_without_results_are_refused(column, value, problem, tmp_path):
    book = openpyxl.Workbook()
    row = ["1", "12345", "MUG", 2, "2010-01-01", 1.5, 13085, "UK"]
    row[column] = value
    for cells in (HEADER, row):
        book.active.append(cells)
    book.save(tmp_path / "sales.xlsx")
    message = rf"sales\.xlsx, sheet 'Sheet', row 2, column \w+: .*{problem}"
    with pytest.raises(CommandError, match=message):
        sales_file.baskets(tmp_path / "sales.xlsx")


def test_decimal_commas_and_12_hour_times_are_read(tmp_path):
    file = tmp_path / "sales.csv"
    lines = [
        ";".join(HEADER),
        "1;12345;MUG;1.000;13/1/2010 1:30 PM;0,99;;",
        "1;12346;CUP;2;13/1/2010 1:30 PM;1.299,50;;",
    ]
    file.write_text("\n".join(lines))
    [basket] = sales_file.baskets(file)
    moment = datetime.datetime(2010, 1, 13, 13, 30, tzinfo=datetime.UTC)
    assert (basket.bought_at, basket.skus) == (moment.timestamp() * 1000, ["12345", "12346"])


def test_merged_cells_hidden_sheets_and_ambiguous_dates_give_notices(tmp_path):
    book = openpyxl.Workbook()
    for cells in (HEADER, ["1", "12345", "MUG", 2, "1/2/2010", 1.5, 13085, "UK"]):
        book.active.append(cells)
    book.active.merge_cells("G2:H2")
    book.create_sheet("old").append(HEADER)
    book["old"].sheet_state = "hidden"
    book.save(tmp_path / "sales.xlsx")
    notices = []
    [basket] = sales_file.baskets(tmp_path / "sales.xlsx", notify=notices.append)
    assert basket.bought_at == datetime.datetime(2010, 2, 1, tzinfo=datetime.UTC).timestamp() * 1000
    assert [("merged" in notice, "hidden" in notice, "--dates month-first" in notice) for notice in notices] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]
    [other] = sales_file.baskets(tmp_path / "sales.xlsx", "month-first", notices.append)
    assert other.bought_at == datetime.datetime(2010, 1, 2, tzinfo=datetime.UTC).timestamp() * 1000


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CommandError, match="the file does not exist"):
        call_command("evaluate_recommender", tmp_path / "missing.csv")


def test_the_report_is_printed_as_a_table_or_as_json(tmp_path):
    write_csv(tmp_path / "sales.csv", sales(families(150)))
    table, figures = io.StringIO(), io.StringIO()
    call_command("evaluate_recommender", tmp_path / "sales.csv", stdout=table)
    call_command("evaluate_recommender", tmp_path / "sales.csv", "--json", "--lines", "1", stdout=figures)
    assert "recommender" in table.getvalue()
    report = json.loads(figures.getvalue())
    assert (report["baskets_learnt_from"], report["baskets_held_out"], report["lines_hidden"]) == (120, 30, 30)
    assert set(report["guessers"]) >= {"random", "popularity", "plain co-occurrence", "recommender"}


@pytest.mark.year
@pytest.mark.slow
@pytest.mark.skipif(not YEAR.exists(), reason="the file of real sales is missing; README says where to get it")
def test_the_hit_rate_on_real_sales_is_six_times_that_of_popularity():
    figures = io.StringIO()
    call_command("evaluate_recommender", YEAR, "--json", "--lines", "1", stdout=figures)
    report = json.loads(figures.getvalue())
    assert (report["baskets_learnt_from"], report["baskets_held_out"]) == (15_026, 3_756)
    assert report["guessers"]["recommender"]["times_popularity"] >= 6
    assert 2.5 <= report["guessers"]["plain co-occurrence"]["times_popularity"] <= 3.5
