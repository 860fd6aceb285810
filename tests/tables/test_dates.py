"""Dates are read as their file writes them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thriftshop.tables import dates

moments = st.datetimes(dt.datetime(1971, 1, 1), dt.datetime(2099, 12, 31)).map(lambda at: at.replace(microsecond=0))  # noqa: DTZ001
FORMATS = {
    True: ["%d/%m/%Y %H:%M:%S", "%d-%m-%Y %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%d/%m/%Y %I:%M:%S %p"],
    False: ["%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y, %I:%M:%S %p"],
}


@pytest.mark.parametrize("day_first", [True, False])
@given(data=st.data())
def test_a_formatted_date_is_parsed_to_the_same_date(day_first, data):
    moment, form = data.draw(moments), data.draw(st.sampled_from(FORMATS[day_first]))
    assert dates.parse(moment.strftime(form), day_first=day_first) == moment


@pytest.mark.parametrize("day_first", [True, False])
@given(found=st.lists(moments, min_size=1, max_size=10), decisive=st.integers(13, 28))
def test_a_day_after_the_twelfth_decides_the_order(day_first, found, decisive):
    written = [moment.strftime(FORMATS[day_first][0]) for moment in [*found, found[0].replace(day=decisive)]]
    order = dates.order(written, default=not day_first)
    assert order == dates.Order(day_first, decided=True)
    assert dates.parse(written[0], day_first=order.day_first) == found[0]


@pytest.mark.parametrize(
    ("cells", "default", "order"),
    [
        (["1/2/2010", "2/2/2010", "3/2/2010"], False, (False, False)),
        (["1/2/2010", "2/2/2010", "3/2/2010"], True, (True, False)),
        (["05.01.2010"], False, (True, True)),
        (["05-01-2010"], False, (True, True)),
        (["01-13-2010"], True, (False, True)),
        (["2/2/2010", "3/3/2010"], False, (False, True)),
        (["2010-05-01", dt.date(2010, 5, 1), None], False, (False, True)),
        (["1/11/2010", "2/11/2010", "1/12/2010"], False, (True, True)),
    ],
)
def test_the_order_of_ambiguous_dates(cells, default, order):
    assert dates.order(cells, default=default) == dates.Order(*order)


@pytest.mark.parametrize(
    "text",
    ["13/13/2010", "1/5/2010 13:00 PM", "1/5/2010 0:30 AM", "1/5/2010 8", "01-12-10", "40183.32", "1.2/2010", ""],
)
def test_an_invalid_date_is_none(text):
    assert dates.parse(text, day_first=True) is None


@pytest.mark.parametrize(
    ("text", "hour"), [("12:05 AM", 0), ("12:05 PM", 12), ("1:05 a.m.", 1), ("11:05pm", 23), ("8 PM", 20)]
)
def test_hours_with_am_and_pm(text, hour):
    found = dates.parse(f"5/1/2010 {text}", day_first=True)
    assert (found.date(), found.hour) == (dt.date(2010, 1, 5), hour)
    assert dates.parse(f"2010-01-05 {text}", day_first=False) == found
