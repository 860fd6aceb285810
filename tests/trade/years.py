"""Generated years of trade: rows by hand, and hypothesis strategies for every kind of error."""

import contextlib
import csv
import datetime as dt
import tempfile
from pathlib import Path

from hypothesis import strategies as st

from apps.trade.domain import kinds, lines
from apps.trade.reading import cells

SAMPLE = Path(__file__).parent / "sample.csv"
YEAR = Path(__file__).parents[3] / "shared" / "data" / "online_retail_2009_2010.parquet"
HEADER = ("Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price", "Customer ID", "Country")

START = dt.datetime.fromisoformat("2011-01-03T08:00")

GOODS = ("10001", "10002A", "10002a ", "10003", " 10004", "DCGS0003", "PADS")
SERVICES = (
    "POST",
    "M",
    "m",
    "D",
    "S",
    "C2",
    "BANK CHARGES",
    "AMAZONFEE",
    "ADJUST2",
    "TEST001",
    "gift_0001_20",
)
codes = st.sampled_from(GOODS + SERVICES)
quantities = st.one_of(st.integers(-30, 30), st.sampled_from([0, -1, 1, 600, -600]))
prices = st.sampled_from([0, 0, 1_000, 850_000, 2_500_000, 2_500_000, 2_750_000, 333, -2_000_000, 1_999_999])


@st.composite
def documents(draw):
    number = draw(st.sampled_from(["", "", "", "C", "A"])) + str(draw(st.integers(1, 30)))
    minutes = draw(st.integers(0, 60 * 24 * 100))
    customer = draw(st.sampled_from(["", "20001", "20002"]))
    rows = draw(st.lists(st.tuples(codes, quantities, prices), min_size=1, max_size=6))
    return [
        (number, code, "A thing", quantity, START + dt.timedelta(minutes=minutes), price, customer, "EIRE")
        for code, quantity, price in rows
    ]


years = st.lists(documents(), min_size=1, max_size=25).map(lambda found: trade(row for d in found for row in d))


def trade(rows):
    """A year of rows (number, code, description, quantity, moment, micros, customer, country)."""
    year = lines.Trade(name="invented")
    for number, code, description, quantity, moment, price, customer, country in rows:
        year.numbers.add(number)
        year.codes.add(kinds.normal_code(code))
        year.descriptions.add(description)
        year.customers.add(customer)
        year.countries.add(country)
        year.quantities.append(quantity)
        year.prices.append(price)
        year.seconds.append(round((moment - lines.EPOCH).total_seconds()))
    return year


def document(number, rows, customer="20001", at=START):
    """One document of rows (code, quantity, price in pounds as text)."""
    found = tuple(lines.Line(i, kinds.normal_code(c), "A thing", q, cells.price(p)) for i, (c, q, p) in enumerate(rows))
    return lines.Document(number, at, customer or None, "EIRE", found)


def write_csv(path, rows, header=HEADER, **options):
    """Rows as a CSV file."""
    with path.open("w", newline="", encoding=options.pop("encoding", "utf-8")) as file:
        writer = csv.writer(file, **options)
        writer.writerow(header)
        writer.writerows(rows)
    return path


@contextlib.contextmanager
def written(rows):
    """Rows as a CSV file that is there for a while."""
    with tempfile.TemporaryDirectory() as folder:
        yield write_csv(Path(folder) / "year.csv", rows)


def sample_rows():
    """The sample's cells as text, without its header."""
    with SAMPLE.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))[1:]
