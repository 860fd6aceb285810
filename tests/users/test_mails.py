"""E-mails to users: each is sent once, and none about old events."""

import logging
import smtplib

import pytest
from django.core import mail
from django.db import transaction

from apps.users import models, reactions
from idl import common, users
from tests import acting, mailing
from tests.users import people
from thriftshop import call_context, clock, events, rpc
from thriftshop.event_store.models import Checkpoint, DeadLetter
from thriftshop.events import groups, processor, progress

pytestmark = pytest.mark.django_db

DAY_MS = 24 * 3_600_000


def happen(user, event):
    with transaction.atomic():
        events.record("users", str(user.pk), [event])


def of(kind, user, **fields):
    return getattr(users, kind)(id=str(user.pk), **fields)


@pytest.mark.parametrize(
    ("kind", "fields", "subject"),
    [
        ("VerificationRequested", {}, None),
        ("RegistrationRepeated", {}, "You already have an account at Thrift Shop"),
        ("PasswordResetRequested", {}, "Set a new password"),
        ("PasswordChanged", {"how": "change"}, "Your password was changed"),
        ("EmailVerified", {}, None),
        ("ProfileChanged", {"fields": ["name"]}, None),
        ("UserDeactivated", {"by": "staff"}, None),
    ],
)
def test_each_event_sends_its_email_or_none(kind, fields, subject):
    user = people.a_user()
    happen(user, of(kind, user, **fields))
    progress.catch_up()
    assert [message.subject for message in mail.outbox] == ([subject] if subject else [])


def test_a_new_user_gets_the_verification_email():
    people.a_user(email_verified=False)
    progress.catch_up()
    assert [message.subject for message in mail.outbox] == ["Confirm your e-mail address"]


def test_a_closed_account_gets_a_notice_instead_of_a_password_reset():
    user = people.a_user(is_active=False)
    happen(user, of("RegistrationRepeated", user))
    happen(user, of("PasswordResetRequested", user))
    progress.catch_up()
    assert [message.subject for message in mail.outbox] == ["Your account at Thrift Shop is closed"]


def test_every_email_has_a_complete_text_and_html_body_with_its_link(settings):
    settings.PUBLIC_URL = "https://shop.example"
    user = people.a_user(name="Ann <b>Miller</b>")
    kinds = [value for value in vars(reactions).values() if isinstance(value, reactions.Email)]
    assert len(kinds) == 6
    for email in kinds:
        claimed = models.SentMail.claim({"user_id": user.pk}, event_id=email.template)
        reactions._send(claimed, email, user)
        message = mail.outbox[-1]
        (html, kind) = message.alternatives[0]
        assert kind == "text/html"
        assert "<b>" not in html
        for body in (message.body, html):
            assert "{{" not in body
            assert "https://shop.example" in body
            assert ("#token=" in body) == bool(email.page)
        if email.page:
            assert f"https://shop.example/account/{email.page}#token={people.token_in(message)}" in html
        assert message.to == [people.EMAIL]
        assert message.from_email == "Thrift Shop <shop@thriftshop.example>"


def test_an_unverified_address_gets_no_text_written_by_others():
    with acting.as_stranger():
        people.service().sign_up("victim@example.com", people.PASSWORD, "You won! Visit evil.example")
        people.service().sign_up("victim@example.com", people.PASSWORD, "You won! Visit evil.example")
    progress.catch_up()
    assert len(mail.outbox) == 2
    for message in mail.outbox:
        assert "evil.example" not in str(message.message())


def test_an_event_delivered_twice_sends_one_email():
    user = people.a_user()
    happen(user, of("PasswordResetRequested", user))
    progress.catch_up()
    Checkpoint.objects.filter(group="users.mails").update(cursor="")
    progress.catch_up()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(("place", "times"), [("connecting", 1), ("handing over", 1), ("accepted", 2), ("leaving", 1)])
def test_an_interrupted_process_resends_only_emails_that_may_not_have_been_accepted(mail_server, place, times):
    user = people.a_user()
    happen(user, of("PasswordResetRequested", user))
    mail_server.dies(place)
    with pytest.raises(mailing.Killed):
        progress.catch_up()
    progress.catch_up()
    assert len(mail.outbox) == times
    (message_id,) = {message.extra_headers["Message-ID"] for message in mail.outbox}
    assert message_id.endswith("@users.thriftshop>")
    assert models.SentMail.objects.get().sent_at is not None


def test_old_events_send_no_email():
    with call_context.using(caller="demo", occurred_at=clock.now() - 2 * DAY_MS):
        people.a_user(email_verified=False)
    progress.catch_up()
    assert mail.outbox == []


def test_imported_users_get_no_email():
    with acting.as_service("trade"):
        people.service().import_users([users.UserImport(email=people.EMAIL, name=people.NAME)])
    progress.catch_up()
    assert mail.outbox == []


@pytest.fixture
def mail_server(settings):
    settings.EMAIL_BACKEND = mailing.BACKEND
    mailing.Backend.at = {}
    return mailing.Backend


@pytest.mark.parametrize(
    "answer",
    [
        ConnectionRefusedError(111, "no"),
        TimeoutError(),
        smtplib.SMTPServerDisconnected("bye"),
        smtplib.SMTPDataError(451, b"later"),
    ],
)
def test_an_email_is_retried_while_the_mail_server_is_unavailable(mail_server, answer):
    user = people.a_user()
    happen(user, of("PasswordResetRequested", user))
    mail_server.fails("handing over", answer)
    with pytest.raises(rpc.Unavailable):
        processor.process(groups.get("users.mails"))
    mail_server.at.clear()
    progress.catch_up()
    assert len(mail.outbox) == 1
    assert not DeadLetter.objects.exists()


def test_a_permanently_refused_email_becomes_a_dead_letter_without_the_address(mail_server, caplog):
    user = people.a_user()
    happen(user, of("PasswordResetRequested", user))
    refused = f"no such mailbox {people.EMAIL}".encode()
    mail_server.fails("handing over", smtplib.SMTPRecipientsRefused({people.EMAIL: (550, refused)}))
    with caplog.at_level(logging.DEBUG):
        progress.catch_up()
    letter = DeadLetter.objects.get()
    assert "550" in letter.problem
    assert people.EMAIL not in letter.problem + caplog.text
    assert models.SentMail.objects.get().sent_at is None


def test_events_and_logs_contain_no_personal_data(transport, caplog):
    """Run through the life of an account, and searches every event and line of the log."""
    with caplog.at_level(logging.DEBUG):
        live_a_whole_life()
        progress.catch_up()
    secrets = [
        people.EMAIL,
        "ann.miller",
        people.NAME,
        "Miller",
        "Mill Lane",
        "YO1",
        people.PASSWORD,
        people.OTHER_PASSWORD,
    ]
    texts = [*people.recorded_texts(), *(f"{line.getMessage()} {vars(line)}" for line in caplog.records)]
    assert len(list(people.recorded_texts())) >= 8
    assert caplog.records
    for text in texts:
        for secret in secrets:
            assert secret.lower() not in text.lower()


def live_a_whole_life():
    service = people.service()
    with acting.as_stranger():
        for _ in range(2):
            service.sign_up(people.EMAIL, people.PASSWORD, people.NAME)
        with pytest.raises(common.InvalidInput):
            service.sign_up("ann.miller@", people.PASSWORD, people.NAME)
        with pytest.raises(users.WeakPassword):
            service.sign_up(people.EMAIL, "miller", people.NAME)
        service.request_password_reset(people.EMAIL)
    user = models.User.objects.get()
    with acting.as_service("sessions"):
        service.verify_password(people.EMAIL, people.PASSWORD)
        with pytest.raises(users.WrongCredentials):
            service.verify_password(people.EMAIL, people.OTHER_PASSWORD)
    with acting.as_service("cart"), pytest.raises(rpc.NotAllowed):
        service.verify_password(people.EMAIL, people.PASSWORD)
    with acting.as_customer(str(user.pk)):
        service.update_profile(people.NAME + " Smith", {"currency": "EUR"})
        service.put_address(None, people.an_address(), "Home", True)
        service.change_password(people.PASSWORD, people.OTHER_PASSWORD)
        service.export_data()
        service.resend_verification()
        service.erase_account(people.OTHER_PASSWORD)
