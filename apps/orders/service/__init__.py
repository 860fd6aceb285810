"""The orders' contract and the functions that implement it."""

from apps.orders.service import books, changing, closings, guests, placing, reading
from idl import orders


class Service(orders.OrdersService):
    """The implementation of idl/orders.thrift."""

    place = staticmethod(placing.place)
    get_orders = staticmethod(reading.get_orders)
    request_guest_access = staticmethod(guests.request_access)
    get_order_by_link = staticmethod(guests.get_by_link)
    get_order_lines = staticmethod(reading.get_order_lines)
    get_guest_order = staticmethod(reading.get_guest_order)
    find_orders = staticmethod(reading.find_orders)
    prepare_erasure = staticmethod(closings.prepare)
    abandon_erasure = staticmethod(closings.abandon)
    get_timeline = staticmethod(reading.get_timeline)
    cancel = staticmethod(changing.cancel)
    cancel_lines = staticmethod(changing.cancel_lines)
    ship = staticmethod(changing.ship)
    return_lines = staticmethod(changing.return_lines)
    refund = staticmethod(changing.refund)
    retry_step = staticmethod(changing.retry_step)
    book_adjustment = staticmethod(books.book_adjustment)
    get_revenue = staticmethod(books.get_revenue)
