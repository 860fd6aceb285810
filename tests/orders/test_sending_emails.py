"""The delivery of e-mails: failures of the mail server, and claims of concurrent processes."""

import socket
import subprocess

import pytest
from django.core import mail

from apps.orders.models import Email, Order
from apps.orders.reactions import emails
from apps.orders.service import streams
from tests import mailing
from tests.orders import shop
from tests.orders.shop import COAT
from thriftshop import clock, rpc
from thriftshop.events import groups, progress

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail_server(settings):
    settings.EMAIL_BACKEND = mailing.BACKEND
    mailing.Backend.at = {}
    return mailing.Backend


@pytest.mark.parametrize("place", ["connecting", "handing over"])
def test_an_email_that_could_not_be_sent_is_sent_later(mail_server, place):
    shop.open_shop()
    mail_server.fails(place, ConnectionRefusedError("no post today"))
    shop.place((COAT, 1))
    with pytest.raises(rpc.Unavailable, match="mail server"):
        progress.catch_up()
    assert Email.objects.get().claimed_at is None
    mail_server.at.clear()
    progress.catch_up()
    assert len(mail.outbox) == 1
    assert Email.objects.get().sent_at is not None


@pytest.mark.parametrize(("place", "times"), [("connecting", 1), ("handing over", 1), ("accepted", 2), ("leaving", 1)])
def test_an_interrupted_process_resends_only_emails_that_may_not_have_been_accepted(mail_server, place, times):
    shop.open_shop()
    shop.place((COAT, 1))
    mail_server.dies(place)
    with pytest.raises(mailing.Killed):
        progress.catch_up()
    assert Email.objects.get().claimed_at is not None
    progress.catch_up()
    assert len(mail.outbox) == times
    assert len({email.extra_headers["Message-ID"] for email in mail.outbox}) == 1
    assert Email.objects.get().sent_at is not None


def test_a_process_interrupted_before_or_after_sending_sends_one_email(mail_server, monkeypatch):
    for stopped in ("_context", "_deliver"):
        shop.open_shop()
        mail.outbox.clear()
        real = getattr(emails, stopped)

        def die(*args, real=real):
            real(*args)
            raise mailing.Killed

        shop.place((COAT, 1))
        with monkeypatch.context() as patch:
            patch.setattr(emails, stopped, die)
            with pytest.raises(mailing.Killed):
                progress.catch_up()
        progress.catch_up()
        assert len(mail.outbox) == 1


def test_an_email_accepted_before_the_connection_broke_is_sent_once(mail_server):
    shop.open_shop()
    shop.place((COAT, 1))
    mail_server.fails("leaving", ConnectionResetError())
    with pytest.raises(rpc.Unavailable):
        progress.catch_up()
    progress.catch_up()
    assert len(mail.outbox) == 1


def test_each_sent_email_is_recorded_at_once(mail_server):
    """The process is killed at the fourth of six e-mails of a batch: earlier ones are not sent again."""
    shop.open_shop()
    for _ in range(6):
        shop.place((COAT, 1))
    progress.catch_up(of=[one for one in groups.hosted() if one.name != "orders.letters"])
    reached = iter(range(100))

    def die_at_the_fourth():
        if next(reached) == 3:
            raise mailing.Killed

    mail_server.at["handing over"] = die_at_the_fourth
    with pytest.raises(mailing.Killed):
        progress.catch_up()
    assert Email.objects.exclude(sent_at=None).count() == 3
    progress.catch_up()
    page_context = [email.extra_headers["Message-ID"] for email in mail.outbox]
    assert len(page_context) == len(set(page_context)) == 6


def claimed_by(process, at):
    """An order whose e-mail was claimed by another process."""
    shop.open_shop()
    shop.place((COAT, 1))
    progress.catch_up(of=[one for one in groups.hosted() if one.name != "orders.letters"])
    (order,) = Order.objects.all()
    (record,) = [record for record in streams.ORDERS.history(str(order.pk)) if record.kind == "OrderConfirmed"]
    Email.objects.create(
        order_id=record.stream, kind=record.kind, version=record.version, claimed_by=process, claimed_at=at
    )


def test_an_email_claimed_by_another_process_is_not_sent(mail_server):
    claimed_by("another-host:7", clock.now())
    with pytest.raises(rpc.Unavailable, match="Another process"):
        progress.catch_up()
    assert mail.outbox == []
    Email.objects.update(sent_at=clock.now())
    progress.catch_up()
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
def test_an_email_claimed_by_an_ended_process_is_sent(mail_server, process, seconds):
    claimed_by(process or process_that_ended(), clock.now() + seconds * 1000)
    progress.catch_up()
    assert len(mail.outbox) == 1
    assert Email.objects.get().sent_at is not None
