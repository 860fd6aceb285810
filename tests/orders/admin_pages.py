"""The admin's pages of orders in these tests: open, submit, read."""

import re

from django.urls import reverse

from thriftshop.events import progress

LIST = "admin:orders_order_changelist"


def url(name, order):
    return reverse(f"admin:orders_order_{name}", args=[order.id])


def send(admin, name, order, **data):
    """Open a form and submit it with this data; returns the resulting page."""
    page = admin.get(url(name, order)).content.decode()
    key = re.search(r'name="key" value="(\w+)"', page)[1]
    answer = admin.post(url(name, order), {"key": key, **data}, follow=True)
    progress.catch_up()
    return answer.content.decode()


def row(page, number):
    """One row of a list, as text."""
    (matching,) = [part for part in re.findall(r"<tr.*?</tr>", page, re.DOTALL) if number in part]
    return re.sub(r"<[^>]*>", " ", matching)


def listed(page):
    """The order numbers in the list, from the top."""
    return re.findall(r"TS-[0-9A-Z]{8}(?=</a>)", page.content.decode())
