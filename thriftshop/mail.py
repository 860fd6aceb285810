"""E-mails as plain text and HTML: sent once, without personal data in logs."""

import os
import smtplib
import socket
from collections.abc import Callable, Mapping
from typing import Any, Self

from django.core import mail
from django.db import models
from django.db.models import Q
from django.template.loader import render_to_string

from thriftshop import clock
from thriftshop.database import bulk
from thriftshop.rpc.errors import Unavailable

# How long a claim of another process is respected: longer than an SMTP session takes.
CLAIM_MS = 60_000
NEWS_MS = 24 * 3_600_000  # no e-mails about events that happened longer before they were recorded


class UndeliverableEmail(Exception):
    """The mail server permanently refused the e-mail."""


class Delivery(models.Model):
    """The record of one e-mail, written before it is sent (`claim`) and as soon as it was accepted (`note_sent`).

    If a process dies between the two, it is unknown whether the e-mail was accepted: it is sent again with the same
    Message-ID. Two processes never send the same e-mail at the same time.
    """

    claimed_by = models.CharField(max_length=100, default="", blank=True)
    claimed_at = models.BigIntegerField(null=True, blank=True)
    sent_at = models.BigIntegerField(null=True, blank=True)

    class Meta:
        abstract = True

    @classmethod
    def claim(cls, defaults: Mapping[str, Any] | None = None, /, **key: Any) -> Self | None:
        """Claim the e-mail with this key for this process; None if it was already sent.

        Raises Unavailable while another process is sending it.
        """
        now = clock.now()
        claim = {"claimed_by": _process(), "claimed_at": now}
        values = {**key, **(defaults or {}), **claim}
        if (pk := bulk.insert_once(cls._default_manager.all(), values)) is not None:
            return cls(**{**values, "pk": pk})
        delivery = cls._default_manager.get(**key)
        if delivery.sent_at is not None:
            return None
        # A claim from the future was made with a wrong clock.
        free = ~Q(claimed_at__range=(now - CLAIM_MS, now + clock.SKEW_MS)) | Q(claimed_at=None)
        free |= Q(claimed_by=delivery.claimed_by if _has_ended(delivery.claimed_by) else _process())
        claimable = cls._default_manager.filter(free, pk=delivery.pk, sent_at=None)
        if not claimable.update(**claim):
            raise Unavailable("Another process is sending this e-mail.")
        return delivery

    def note_sent(self) -> None:
        """Record that the e-mail was accepted."""
        key = str(self._meta.pk.column)
        bulk.update(type(self)._default_manager.all(), {"sent_at": clock.now()}, key, self.pk)

    def release(self) -> None:
        """Release the claim: the e-mail was not accepted."""
        type(self)._default_manager.filter(pk=self.pk, sent_at=None).update(claimed_by="", claimed_at=None)


def _process() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _has_ended(process: str) -> bool:
    """Whether a process ran on this host and has ended."""
    host, _, number = process.rpartition(":")
    if host != socket.gethostname() or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def deliver(
    delivery: Delivery, template: str, subject: str, to: str, context: Mapping[str, Any], **headers: str
) -> None:
    """Send an e-mail and record it. The claim is released if the e-mail was not accepted."""
    try:
        send(template, subject, to, context, delivery.note_sent, **headers)
    except Exception:
        delivery.release()
        raise


def send(
    template: str,
    subject: str,
    to: str,
    context: Mapping[str, Any],
    on_accepted: Callable[[], object] = lambda: None,
    **headers: str,
) -> None:
    """Send `<template>.txt` and `<template>.html`, rendered with the context and the subject.

    Calls `on_accepted` as soon as the mail server has accepted the e-mail, before closing the connection. Raises
    Unavailable if the mail server is unavailable or refuses temporarily, UndeliverableEmail if it refuses permanently.
    """
    message = _message(template, subject, to, context, headers)
    try:
        with mail.get_connection() as message.connection:
            message.send()
            on_accepted()
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
        # The server's reply repeats the address: neither it nor the exception may be logged.
        code = getattr(error, "smtp_code", 550)
        if code < 500:
            raise Unavailable(f"The mail server refused temporarily ({code}).") from None
        raise UndeliverableEmail(f"The mail server refused the e-mail {template!r} ({code}).") from None
    except OSError as error:
        raise Unavailable(f"The mail server is unavailable: {type(error).__name__}.") from None


def _message(
    template: str, subject: str, to: str, context: Mapping[str, Any], headers: Mapping[str, str]
) -> mail.EmailMultiAlternatives:
    values = {**context, "subject": subject}
    headers = {"Auto-Submitted": "auto-generated", **headers}
    text = render_to_string(f"{template}.txt", values)
    message = mail.EmailMultiAlternatives(subject, text, to=[to], headers=headers)
    message.attach_alternative(render_to_string(f"{template}.html", values), "text/html")
    return message
