"""Properties of every year of trade, with any kind of error in it."""

from collections import Counter, defaultdict

from hypothesis import given, settings

from apps.trade.domain import accounts, kinds, lines, planning, steps
from tests.trade import years


def all_steps(year, plan):
    return [step for day in steps.days(year, plan) for step in day.steps]


@given(years.years)
def test_every_line_is_classified_once_and_counted_once(year):
    plan = planning.make_plan(year)
    positions = Counter()
    for document in lines.documents(year):
        assert len(kinds.classify(document)) == len(document.lines)
        positions.update(line.position for line in document.lines)
    assert positions == Counter(range(len(year)))
    rows = accounts.account(year, plan).rows.values()
    assert tuple(sum(column) for column in zip(*rows, strict=True)) == lines.totals(year)


@given(years.years)
def test_the_source_without_rounding_equals_the_books(year):
    found = accounts.account(year, planning.make_plan(year))
    assert lines.totals(year)[2] - found.rounding.micros == found.books.revenue * 10_000


@given(years.years)
def test_the_units_of_the_source_are_the_units_moved(year):
    found = accounts.account(year, planning.make_plan(year))
    books, goods = found.books, ("sale", "agreed", "free", "found", "loss")
    units = sum(row.units for name, row in found.rows.items() if name in goods or name.startswith("return"))
    assert units == books.sold + books.found - books.lost - books.returned - books.taken_back


@given(years.years)
def test_no_return_exceeds_what_was_sold_or_paid(year):
    plan = planning.make_plan(year)
    left, paid, total, refunded = {}, {}, {}, Counter()
    customers = {}
    for step in all_steps(year, plan):
        if isinstance(step, steps.Order):
            customers[step.document] = step.customer
            total[step.document] = sum(x.quantity * x.price for x in step.lines)
            total[step.document] += sum(charge.amount for charge in step.charges)
            left |= {(step.document, x.number): x.quantity for x in step.lines}
            paid |= {(step.document, x.number): (x.code, x.price) for x in step.lines}
        elif isinstance(step, steps.Return):
            assert customers[step.order]
            refunded[step.order] += step.refund
            worth = 0
            for line in step.lines:
                left[step.order, line.number] -= line.quantity
                code, price = paid[step.order, line.number]
                assert code == line.code
                worth += price * line.quantity
            assert 0 <= step.refund <= worth
    assert all(quantity >= 0 for quantity in left.values())
    assert all(refunded[order] <= total[order] for order in refunded)
    assert all(amount >= 0 for amount in total.values())


@given(years.years)
def test_planned_deliveries_cover_every_day_in_any_order_of_its_documents(year):
    plan = planning.make_plan(year)
    level: dict[str, int] = defaultdict(int)
    for day in steps.days(year, plan):
        comes: dict[str, int] = defaultdict(int)
        for receipt in day.receipts:
            assert receipt.quantity > 0
            level[receipt.code] += receipt.quantity
        for step in day.steps:
            for code, quantity in moves(step):
                if quantity < 0:
                    level[code] += quantity
                    assert level[code] >= 0
                else:
                    comes[code] += quantity
        for code, quantity in comes.items():
            level[code] += quantity
    assert sum(level.values()) == accounts.account(year, plan).books.on_hand


def moves(step):
    if isinstance(step, steps.Order):
        return [(line.code, -line.quantity) for line in step.lines]
    if isinstance(step, steps.Return):
        return [(line.code, line.quantity) for line in step.lines]
    if isinstance(step, steps.StockNote):
        return [(step.code, -step.quantity if step.treatment == kinds.LOSS else step.quantity)]
    return []


@given(years.years)
def test_products_and_customers_exist_before_the_first_order(year):
    products, customers = {}, set()
    for day in steps.days(year, planning.make_plan(year)):
        products |= {product.code: product.history[0].price for product in day.products}
        for code, price in day.prices:
            assert products[code] != price
            products[code] = price
        customers |= {customer.reference for customer in day.customers}
        for step in day.steps:
            if isinstance(step, steps.Order):
                assert {line.code: line.list_price for line in step.lines}.items() <= products.items()
            if isinstance(step, steps.Order | steps.Adjustment) and step.customer:
                assert step.customer in customers
    assert all(price > 0 for price in products.values())


@given(years.years)
def test_every_step_has_a_unique_key_and_days_are_in_order(year):
    plan = planning.make_plan(year)
    keys = Counter(step.key for step in all_steps(year, plan))
    assert all(count == 1 for count in keys.values())
    dates = [day.date for day in steps.days(year, plan)]
    assert dates == sorted(set(dates))
    assert sum(day.lines for day in steps.days(year, plan)) == len(year)


@given(years.years)
@settings(max_examples=30)
def test_the_same_year_gives_the_same_plan(year):
    assert planning.make_plan(year) == planning.make_plan(year)
    assert all_steps(year, planning.make_plan(year)) == all_steps(year, planning.make_plan(year))
