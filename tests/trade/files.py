"""Files of a year of trade in every format, and the messages of their refusals."""

import datetime as dt  # a file's times have no zone: they are read as ISO text

import openpyxl
import pyarrow
import pytest
from pyarrow import parquet

from apps.trade import reading
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
