"""The orders' contract implemented: its table of contents."""

from apps.orders.service import books, changing, closings, guests, placing, reading
from idl import common, orders


class Service(orders.OrdersService):
    """The orders."""

    def place(self, order: orders.PlaceOrder) -> orders.Order:
        """Places an order and answers at once with it pending."""
        return placing.place(order)

    def get_orders(self, ids: list[str], guest: orders.GuestAccess | None = None) -> list[orders.Order]:
        """The orders of these ids that the viewer may see, or that a guest's token opens."""
        return reading.get_orders(ids, guest)

    def request_guest_access(self, number: str, email: str, client_address: str | None = None) -> None:
        """Has a link sent to a guest's order."""
        guests.request_access(number, email, client_address)

    def get_order_by_link(self, link_token: str) -> orders.Order:
        """The guest's order that a link opens."""
        return guests.get_by_link(link_token)

    def get_order_lines(self, order_id: str, after: int, first: int) -> list[orders.OrderLine]:
        """So many lines of an order after a number."""
        return reading.get_order_lines(order_id, after, first)

    def get_guest_order(self, number: str, cart_token: str) -> orders.Order:
        """A guest's order, for who has its cart's token."""
        return reading.get_guest_order(number, cart_token)

    def find_orders(self, filter: orders.OrderFilter, page: common.Page) -> orders.OrderPage:
        """A page of orders, newest first."""
        return reading.find_orders(filter, page)

    def prepare_erasure(self, customer_id: str) -> None:
        """Has nothing more ordered for a customer who is about to be erased."""
        closings.prepare(customer_id)

    def abandon_erasure(self, customer_id: str) -> None:
        """Lets a customer order again who was not erased after all."""
        closings.abandon(customer_id)

    def get_timeline(self, order_id: str) -> list[orders.TimelineEntry]:
        """Everything that happened to an order."""
        return reading.get_timeline(order_id)

    def cancel(self, order_id: str, reason: str, guest: orders.GuestAccess | None = None) -> orders.Order:
        """Cancels an order."""
        return changing.cancel(order_id, reason, guest)

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
        guest: orders.GuestAccess | None = None,
    ) -> orders.Order:
        """Takes goods back."""
        return changing.return_lines(key, order_id, lines, reason, restock, agreed_refund, guest)

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
