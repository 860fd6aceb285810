"""Every file that the reader accepts is replayed and reconciles; a refused one changes nothing."""

import datetime as dt
import io

from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from apps.trade.domain import limits
from apps.trade.models import Replay
from tests.conftest import forget
from tests.trade import years
from thriftshop.event_store.models import Event

CODES = ["10001", "10002a", "A/1", "A-1", "É1", "茶", "POST", "D", "M", "BANK CHARGES", "gift_0001", "x" * 70, "C2"]
TEXTS = [
    "BRASS LANTERN",
    "",
    "nan",
    "?",
    "\u200b",
    "שלום",
    "x" * 300,
    "a\u2028b",
    "\ufb1d" * 201,
    "<b>&amp;</b>",
    " ,. ",
]
NUMBERS = ["1", "2", "C1", "C2", "A3", "7/5", "№ 8", "9" * limits.DOCUMENT_LENGTH]
CUSTOMERS = ["", "", "20001", "20001.0", "020001", "jane@example.org", "Jané Ø", "y" * 200, "None"]
COUNTRIES = ["United Kingdom", "EIRE", "Unspecified", "", "ZZ", "Z" * 300]
QUANTITIES = ["0", "1", "-1", "6", "-6", "600", "-600", str(limits.QUANTITY), str(-limits.QUANTITY)]
PRICES = ["0", "0.00", "0.001", "0.005", "2.55", "9.99", "-2.55", "10000000", "-10000000", "£1.50", "1e3"]
MOMENTS = ["2011-01-04 08:15", "2011-01-04 08:15:59", "2011-02-01", "2011-03-27 01:30", "1971-01-01 00:00"]
REFUSED = [
    (3, "1.5"), (3, str(limits.QUANTITY + 1)), (3, str(-limits.QUANTITY - 1)), (3, ""), (5, "10000000.01"),
    (5, "$5"), (5, "1,50"), (4, "2999-01-01"), (4, "1970-01-01"), (4, "#N/A"), (1, "None"), (0, ""), (6, "#REF!"),
]  # fmt: skip
"""Cells that cannot be processed, by their column."""

row = st.tuples(
    st.sampled_from(CODES),
    st.sampled_from(TEXTS),
    st.one_of(st.integers(-30, 30).map(str), st.sampled_from(QUANTITIES)),
    st.one_of(st.integers(0, 5_000).map(lambda pence: f"{pence / 100:.2f}"), st.sampled_from(PRICES)),
)


@st.composite
def years_of_trade(draw):
    """Rows of documents with distinct numbers, as a file has them."""
    rows = []
    for number in draw(st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=6, unique=True)):
        customer, moment = draw(st.sampled_from(CUSTOMERS)), draw(st.sampled_from(MOMENTS))
        country = draw(st.sampled_from(COUNTRIES))
        for code, text, quantity, price in draw(st.lists(row, min_size=1, max_size=5)):
            rows.append([number, code, text, quantity, moment, price, customer, country])
    return rows


class TestWhole(TestCase):
    @given(years_of_trade())
    @settings(max_examples=20)
    def test_a_valid_file_is_replayed_completely(self, rows):
        assert not self.replays([["0", "10001", "FIRST", "1", "2011-01-03", "1.50", "", "EIRE"], *rows])

    @given(years_of_trade(), st.sampled_from(REFUSED), st.data())
    @settings(max_examples=20)
    def test_a_file_with_one_error_is_refused_and_changes_nothing(self, rows, fault, data):
        column, cell = fault
        at = data.draw(st.integers(0, len(rows) - 1))
        rows[at][column] = cell
        rows[at][1:3] = ["10001", rows[at][2]] if column != 1 else [cell, rows[at][2]]
        refusal = self.replays([["0", "10001", "FIRST", "1", "2011-01-03", "1.50", "", "EIRE"], *rows])
        assert f", row {at + 3}, column {years.HEADER[column]}: " in refusal

    def replays(self, rows):
        forget()
        refusal, output = "", io.StringIO()
        with years.written(rows) as path:
            try:
                call_command("trade", str(path), "--quiet", "--no-rebuild", stdout=output)
            except CommandError as error:
                refusal = str(error)
        if refusal:
            assert refusal.endswith("Nothing was changed.")
            assert ", column " in refusal
            assert not Event.objects.exists()
            assert not Replay.objects.exists()
        else:
            assert "Everything agrees" in output.getvalue()
        return refusal

    def test_the_largest_document_and_the_largest_quantities_are_processed(self):
        at = dt.datetime(2011, 1, 4, 8, 15).isoformat(" ")  # noqa: DTZ001
        most = [("1", f"C{n}", "THING", "1", at, "1.00", "20001", "EIRE") for n in range(limits.ORDER_LINES)]
        large = [
            ("2", "B", "THING", str(limits.QUANTITY), at, "0.01", "20001", "EIRE"),
            ("3", "10001", "THING", str(limits.QUANTITY), at, "0.01", "20001", "EIRE"),
            ("4", "10001", "THING", str(limits.QUANTITY), at, "0", "", "EIRE"),
            ("5", "10001", "LOST", str(-limits.QUANTITY), at, "0", "", "EIRE"),
            ("C6", "10001", "BACK", str(-limits.QUANTITY), at, "0.01", "20001", "EIRE"),
        ]
        month = [(f"7{n}", "10001", "THING", str(limits.QUANTITY), at, "1", "20001", "EIRE") for n in range(12)]
        assert not self.replays([*most, *large, *month])
