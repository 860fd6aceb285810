"""The orders' contract implemented: its table of contents."""

from apps.orders.service import books, changing, placing, reading
from idl import common, orders


class Service(orders.OrdersService):
    """The orders."""

    def place(self, order: orders.PlaceOrder) -> orders.Order:
        """Places an order and answers at once with it pending."""
        return placing.place(order)

    def get_orders(self, ids: list[str]) -> list[orders.Order]:
        """The orders of these ids that the viewer may see."""
        return reading.get_orders(ids)

    def get_guest_order(self, number: str, cart_token: str) -> orders.Order:
        """A guest's order, for who has its cart's token."""
        return reading.get_guest_order(number, cart_token)

    def find_orders(self, filter: orders.OrderFilter, page: common.Page) -> orders.OrderPage:
        """A page of orders, newest first."""
        return reading.find_orders(filter, page)

    def get_timeline(self, order_id: str) -> list[orders.TimelineEntry]:
        """Everything that happened to an order."""
        return reading.get_timeline(order_id)

    def cancel(self, order_id: str, reason: str) -> orders.Order:
        """Calls an order off."""
        return changing.cancel(order_id, reason)

    def cancel_lines(self, key: str, order_id: str, lines: list[orders.LineQuantity], reason: str) -> orders.Order:
        """Calls unshipped pieces off."""
        return changing.cancel_lines(key, order_id, lines, reason)

    def ship(
        self, key: str, order_id: str, lines: list[orders.LineQuantity], tracking: str | None = None
    ) -> orders.Order:
        """Sends goods off."""
        return changing.ship(key, order_id, lines, tracking)

    def return_lines(
        self,
        key: str,
        order_id: str,
        lines: list[orders.LineQuantity],
        reason: str,
        restock: bool,
        agreed_refund: common.Money | None = None,
    ) -> orders.Order:
        """Takes goods back."""
        return changing.return_lines(key, order_id, lines, reason, restock, agreed_refund)

    def refund(self, key: str, order_id: str, amount: common.Money, reason: str) -> orders.Order:
        """Gives money back."""
        return changing.refund(key, order_id, amount, reason)

    def retry_step(self, order_id: str) -> orders.Order:
        """Tries again what failed."""
        return changing.retry_step(order_id)

    def book_adjustment(
        self,
        key: str,
        kind: int,
        description: str,
        amount: common.Money,
        customer_id: str | None = None,
        reference: str | None = None,
    ) -> orders.Adjustment:
        """Books money that belongs to no order."""
        return books.book_adjustment(key, kind, description, amount, customer_id, reference)

    def get_revenue(self, currency: str, since: int | None = None, before: int | None = None) -> orders.Revenue:
        """What was taken and given back."""
        return books.get_revenue(currency, since, before)
