"""Our own sample has every kind of line and error; each is accounted for, counted by hand."""

from decimal import Decimal

import pytest

from apps.trade import reading
from apps.trade.domain import accounts, lines, planning
from tests.trade import years

BY_HAND = {
    "agreed": (8, 650),
    "free": (2, 3),
    "return": (6, -610),
    "return_in_part": (1, -30),
    "return_unmatched": (3, -4),
    "found": (2, 45),
    "loss": (2, -10),
    "adjustment.adjust": (2, 0),
    "adjustment.bad_debt": (1, 1),
    "adjustment.bank_charges": (1, -1),
    "adjustment.discount": (2, -2),
    "adjustment.fee": (2, 0),
    "adjustment.manual": (1, 1),
    "adjustment.odd": (1, 1),
    "adjustment.postage": (1, -1),
    "adjustment.samples": (1, -1),
    "adjustment.test": (1, 5),
    "charge.discount": (1, -1),
    "charge.manual": (1, 1),
    "charge.postage": (3, 3),
    "charge.voucher": (1, 2),
    "note.postage": (2, -52),
    "nothing": (1, 0),
}


def exact_totals(rows):
    """Lines, units and micros of rows of text, summed without any of the importer's own code."""
    money = sum(Decimal(row[3]) * Decimal(row[5]) for row in rows)
    return len(rows), sum(int(row[3]) for row in rows), int(money * lines.MICROS)


def test_every_line_of_the_sample_has_its_intended_kind():
    year = reading.read(years.SAMPLE)
    rows = accounts.account(year, planning.make_plan(year)).rows
    others = {name: (row.lines, row.units) for name, row in rows.items() if name != "sale"}
    assert others == BY_HAND
    assert rows["sale"].lines == len(year) - sum(count for count, _ in BY_HAND.values())


def test_the_totals_of_the_sample_are_exact_to_the_millionth():
    year = reading.read(years.SAMPLE)
    found = accounts.account(year, planning.make_plan(year))
    assert lines.totals(year) == exact_totals(years.sample_rows())
    assert tuple(map(sum, zip(*found.rows.values(), strict=True))) == lines.totals(year)
    # three pads at a tenth of a penny, and a third of a pound written by hand
    assert found.rounding == accounts.Row(lines=2, units=0, micros=3_000 + 3_000)


@pytest.mark.year
@pytest.mark.skipif(not years.YEAR.exists(), reason="the real year is not there; README says where it is had")
def test_every_line_of_the_real_year_is_accounted_for():
    year = reading.read(years.YEAR)
    found = accounts.account(year, planning.make_plan(year))
    assert lines.totals(year) == (525_461, 5_432_041, 9_539_484_634_000)
    assert tuple(map(sum, zip(*found.rows.values(), strict=True))) == lines.totals(year)
    assert found.rounding == accounts.Row(lines=14, units=0, micros=14_000)
    assert found.books.revenue == 953_948_462
    assert found.rows["found"].units - found.rows["loss"].units == 155_789 + 361_120
