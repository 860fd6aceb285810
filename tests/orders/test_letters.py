"""E-mail about orders: one for each thing worth a letter, to the right person, never about what is long past."""

import socket
import subprocess

import pytest
from django.core import mail

from apps.orders.models import Letter, Order
from apps.orders.reactions import letters
from apps.orders.service import streams
from idl import cart, orders, users
from tests import acting, mailing
from tests.orders import buying, shop
from tests.orders.shop import COAT, LAMP, TEAPOT
from thriftshop import circumstances, clock, rpc
from thriftshop.events import bus

pytestmark = pytest.mark.django_db


def subjects():
    return [letter.subject for letter in mail.outbox]


def html(letter):
    (part,) = letter.alternatives
    return part[0]


def import_customer(**more):
    with acting.as_service("demo"):
        (user_id,) = rpc.connect(users.UsersService).import_users(
            [users.UserImport(email="ada@home.example", name="Ada", **more)]
        )
    return user_id


def test_a_customer_is_told_what_happens_to_their_order():
    shop.open_shop()
    order = shop.confirmed((COAT, 2), (TEAPOT, 1), charges=[shop.charge(3_95)], token="tok_ok")
    shop.ship(order.id, (1, 2), tracking="JD0002")
    bus.drain()
    with acting.as_staff():
        shop.shop().refund(shop.key(), order.id, shop.gbp(5_00), "a scratch")
    bus.drain()
    number = order.number
    assert subjects() == [
        f"Your order {number} is confirmed",
        f"Your order {number} is on its way",
        f"Your refund for order {number}",
    ]
    confirmed, sent, refunded = mail.outbox
    assert all(letter.to == ["ada@example.org"] for letter in mail.outbox)
    for text in (
        "2 x Coat: 90.00 GBP",
        "1 x Teapot: 12.50 GBP",
        "Postage: 3.95 GBP",
        "Total: 106.45 GBP",
        "Ada Lovelace",
    ):
        assert text in confirmed.body
    assert "JD0002" in sent.body
    assert "2 x Coat" in sent.body
    assert "Teapot" not in sent.body
    assert "5.00 GBP" in refunded.body
    for letter in mail.outbox:
        assert letter.subject in html(letter)
        assert "{{" not in html(letter) + letter.body
        assert "{%" not in html(letter) + letter.body


def test_a_rejected_a_cancelled_and_a_shortened_order_have_letters_of_their_own():
    shop.open_shop()
    shop.confirmed((COAT, 1), token="tok_decline")
    off = shop.confirmed((COAT, 1))
    part = shop.confirmed((COAT, 1), (LAMP, 2))
    with acting.as_staff():
        shop.shop().cancel(off.id, "We dropped it.")
        shop.shop().cancel_lines("k", part.id, shop.quantities((2, 1)), "One is chipped.")
    bus.drain()
    rejected, _, _, cancelled, shortened = mail.outbox
    assert "could not be confirmed" in rejected.subject
    assert "declined" in rejected.body
    assert "cart" not in rejected.body + html(rejected)
    assert "We dropped it." in cancelled.body
    assert "Your total is reduced by 30.00 GBP" in shortened.body
    assert "1 x Lamp" in shortened.body


def test_who_could_not_have_their_cart_is_told_that_all_of_it_is_there_again():
    shop.open_shop()
    token = buying.guest_cart({COAT: 2, TEAPOT: 1})
    declined = orders.PaymentMethod(provider="card", token="tok_decline")
    with acting.as_stranger():
        shop.shop().place(buying.buy(cart_token=token, email="gus@example.org", payment=declined))
        bus.drain()
        kept = buying.cart_service().get_cart(cart.CartRef(token=token))
    assert {line.sku: line.quantity for line in kept.lines} == {COAT: 2, TEAPOT: 1}
    (letter,) = mail.outbox
    assert "in your cart again" in letter.body
    assert "in your cart again" in html(letter)
    with acting.as_stranger():
        again = shop.shop().place(buying.buy(cart_token=token, email="gus@example.org"))
    bus.drain()
    assert shop.get(again.id).status == orders.OrderStatus.CONFIRMED


def test_names_of_products_and_people_cannot_smuggle_markup_into_a_letter():
    shop.open_shop()
    hostile = "<script>alert(1)</script>"
    with acting.as_staff():
        order = shop.shop().place(shop.wanted((COAT, 1)))
        shop.shop().cancel(order.id, hostile)
    bus.drain()
    assert hostile not in html(mail.outbox[-1])
    assert hostile in mail.outbox[-1].body


def test_word_goes_to_the_customers_own_address_where_the_order_has_none():
    shop.open_shop()
    customer = import_customer()
    with acting.as_service("demo"):
        order = shop.wanted((COAT, 1), customer=customer)
        order.email = None
        shop.shop().place(order)
    bus.drain()
    assert [letter.to for letter in mail.outbox] == [["ada@home.example"]]


def test_who_wants_no_word_of_orders_gets_the_answer_to_what_they_asked_and_no_more():
    shop.open_shop()
    customer = import_customer()
    with acting.as_customer(customer):
        rpc.connect(users.UsersService).update_profile(None, {"order_updates": "false"})
    order = shop.shipped((COAT, 1), customer=customer)
    assert subjects() == [f"Your order {order.number} is confirmed"]
    shop.confirmed((COAT, 1), customer=customer, token="tok_decline")
    assert len(mail.outbox) == 2


def test_a_closed_account_is_told_nothing():
    shop.open_shop()
    customer = import_customer()
    with acting.as_customer(customer):
        rpc.connect(users.UsersService).deactivate(customer)
    shop.confirmed((COAT, 1), customer=customer)
    assert mail.outbox == []


def test_what_was_imported_is_no_news():
    shop.open_shop()
    with acting.as_service("trade"), circumstances.using(occurred_at=1_260_000_000_000):
        order = shop.shop().place(shop.wanted((COAT, 1, 1_00)))
        bus.drain()
        shop.shop().ship("s", order.id, [], None)
        bus.drain()
    assert mail.outbox == []
    assert not Letter.objects.exists()


def test_an_event_delivered_twice_is_told_once():
    shop.open_shop()
    order = shop.confirmed((COAT, 1))
    (record,) = [one for one in streams.ORDERS.history(order.id) if isinstance(one.event, orders.OrderConfirmed)]
    with acting.as_service("orders"):
        letters.send_word(record)
        letters.send_word(record)
    assert len(mail.outbox) == 1


@pytest.fixture
def mail_server(settings):
    settings.EMAIL_BACKEND = mailing.BACKEND
    mailing.Backend.at = {}
    return mailing.Backend


@pytest.mark.parametrize("place", ["connecting", "handing over"])
def test_a_letter_that_could_not_be_handed_over_is_sent_later(mail_server, place):
    shop.open_shop()
    mail_server.fails(place, ConnectionRefusedError("no post today"))
    shop.place((COAT, 1))
    with pytest.raises(rpc.Unavailable, match="mail server"):
        bus.drain()
    assert Letter.objects.get().claimed_at is None
    mail_server.at.clear()
    bus.drain()
    assert len(mail.outbox) == 1
    assert Letter.objects.get().sent_at is not None


@pytest.mark.parametrize(("place", "times"), [("connecting", 1), ("handing over", 1), ("accepted", 2), ("leaving", 1)])
def test_whoever_is_stopped_while_sending_sends_again_only_what_may_not_have_been_accepted(mail_server, place, times):
    shop.open_shop()
    shop.place((COAT, 1))
    mail_server.dies(place)
    with pytest.raises(mailing.Killed):
        bus.drain()
    assert Letter.objects.get().claimed_at is not None
    bus.drain()
    assert len(mail.outbox) == times
    assert len({letter.extra_headers["Message-ID"] for letter in mail.outbox}) == 1
    assert Letter.objects.get().sent_at is not None


def test_whoever_is_stopped_before_the_letter_is_begun_or_after_it_was_sent_sends_one(mail_server, monkeypatch):
    for stopped in ("_context", "_send"):
        shop.open_shop()
        mail.outbox.clear()
        real = getattr(letters, stopped)

        def die(*args, real=real):
            real(*args)
            raise mailing.Killed

        shop.place((COAT, 1))
        with monkeypatch.context() as patch:
            patch.setattr(letters, stopped, die)
            with pytest.raises(mailing.Killed):
                bus.drain()
        bus.drain()
        assert len(mail.outbox) == 1


def test_a_mail_server_that_breaks_off_after_it_accepted_a_letter_gets_it_once(mail_server):
    shop.open_shop()
    shop.place((COAT, 1))
    mail_server.fails("leaving", ConnectionResetError())
    with pytest.raises(rpc.Unavailable):
        bus.drain()
    bus.drain()
    assert len(mail.outbox) == 1


def test_of_many_letters_each_is_remembered_at_once(mail_server):
    """The process dies at the fourth of six letters of one batch: those before it are not sent again."""
    shop.open_shop()
    for _ in range(6):
        shop.place((COAT, 1))
    bus.drain(of=[one for one in bus.groups() if one.name != "orders.letters"])
    reached = iter(range(100))

    def die_at_the_fourth():
        if next(reached) == 3:
            raise mailing.Killed

    mail_server.at["handing over"] = die_at_the_fourth
    with pytest.raises(mailing.Killed):
        bus.drain()
    assert Letter.objects.exclude(sent_at=None).count() == 3
    bus.drain()
    told = [letter.extra_headers["Message-ID"] for letter in mail.outbox]
    assert len(told) == len(set(told)) == 6


def claimed_by(process, at):
    """An order whose letter another process has claimed."""
    shop.open_shop()
    shop.place((COAT, 1))
    bus.drain(of=[one for one in bus.groups() if one.name != "orders.letters"])
    (order,) = Order.objects.all()
    (record,) = [one for one in streams.ORDERS.history(str(order.pk)) if one.kind == "OrderConfirmed"]
    Letter.objects.create(
        order_id=record.stream, kind=record.kind, version=record.version, claimed_by=process, claimed_at=at
    )


def test_a_letter_that_another_process_is_handing_over_waits_for_it(mail_server):
    claimed_by("another-host:7", clock.now())
    with pytest.raises(rpc.Unavailable, match="Another process"):
        bus.drain()
    assert mail.outbox == []
    Letter.objects.update(sent_at=clock.now())
    bus.drain()
    assert mail.outbox == []


def process_that_ended():
    """The name of a process of this host that has ended."""
    ended = subprocess.Popen(["true"])  # noqa: S607
    ended.wait()
    return f"{socket.gethostname()}:{ended.pid}"


@pytest.mark.parametrize(
    ("process", "seconds"),
    [("another-host:7", -90), ("another-host:7", 3600), (None, -1)],
    ids=["long ago", "in the future", "by a process that ended"],
)
def test_a_letter_that_was_claimed_by_a_process_that_is_gone_is_sent(mail_server, process, seconds):
    claimed_by(process or process_that_ended(), clock.now() + seconds * 1000)
    bus.drain()
    assert len(mail.outbox) == 1
    assert Letter.objects.get().sent_at is not None


def test_an_order_without_an_address_is_told_to_nobody():
    shop.open_shop()
    with acting.as_service("demo"):
        order = shop.wanted((COAT, 1), customer=None)
        order.email = None
        shop.shop().place(order)
    bus.drain()
    assert mail.outbox == []
