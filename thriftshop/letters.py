"""Letters: e-mails to people, as plain text and HTML, sent once, and so that nothing personal reaches a log."""

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
from thriftshop.rpc.errors import Unavailable

# So long a letter is left to the process that claimed it; longer than a conversation with a mail server takes.
CLAIM_MS = 60_000
NEWS_MS = 24 * 3_600_000  # what happened longer before it was recorded is no news, and nobody is written to about it


class UndeliverableLetter(Exception):
    """The mail server will not take the letter, now or later."""


class Delivery(models.Model):
    """The record of one letter, written before it is handed over (`claim`) and as soon as it was accepted (`note_sent`).

    A process that dies between the two leaves a letter of which nobody knows whether it was accepted: it is sent again under
    the same Message-ID. Two processes never hand over the same letter at the same time.
    """

    claimed_by = models.CharField(max_length=100, default="", blank=True)
    claimed_at = models.BigIntegerField(null=True, blank=True)
    sent_at = models.BigIntegerField(null=True, blank=True)

    class Meta:
        abstract = True

    @classmethod
    def claim(cls, defaults: Mapping[str, Any] | None = None, /, **key: Any) -> Self | None:
        """The letter of this key, claimed for this process; None where it was sent already.

        Raises Unavailable while another process is handing it over.
        """
        mine = {"claimed_by": _process(), "claimed_at": clock.now()}
        found, is_new = cls._default_manager.get_or_create(**key, defaults={**(defaults or {}), **mine})
        if is_new:
            return found
        if found.sent_at is not None:
            return None
        now = clock.now()
        # A claim from the future was made by a clock that was wrong.
        free = ~Q(claimed_at__range=(now - CLAIM_MS, now + clock.SKEW_MS)) | Q(claimed_at=None)
        free |= Q(claimed_by=found.claimed_by if _has_ended(found.claimed_by) else _process())
        ours = cls._default_manager.filter(free, pk=found.pk, sent_at=None)
        if not ours.update(**mine):
            raise Unavailable("Another process is sending this letter.")
        return found

    def note_sent(self) -> None:
        """Records that the letter was accepted."""
        type(self)._default_manager.filter(pk=self.pk).update(sent_at=clock.now())

    def release(self) -> None:
        """Gives the claim back: the letter was not accepted."""
        type(self)._default_manager.filter(pk=self.pk, sent_at=None).update(claimed_by="", claimed_at=None)


def _process() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _has_ended(process: str) -> bool:
    """Whether a process was one of this host and has ended."""
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
    """Sends a letter as `send` does and records it. A claim on a letter that was not accepted is given back."""
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
    """Sends `<template>.txt` and `<template>.html`, rendered with the context and the subject.

    Calls `on_accepted` as soon as the mail server has accepted the letter, before taking leave of it. Raises Unavailable while
    the mail server is away or asks to wait, UndeliverableLetter where it refuses for good.
    """
    told = {**context, "subject": subject}
    message = mail.EmailMultiAlternatives(
        subject,
        render_to_string(f"{template}.txt", told),
        to=[to],
        headers={"Auto-Submitted": "auto-generated", **headers},
    )
    message.attach_alternative(render_to_string(f"{template}.html", told), "text/html")
    try:
        with mail.get_connection() as message.connection:
            message.send()
            on_accepted()
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
        # The server's answer repeats the address: neither it nor the exception may reach a log.
        code = getattr(error, "smtp_code", 550)
        if code < 500:
            raise Unavailable(f"The mail server asked to wait ({code}).") from None
        raise UndeliverableLetter(f"The mail server refused the letter {template!r} ({code}).") from None
    except OSError as error:
        raise Unavailable(f"The mail server cannot be reached: {type(error).__name__}.") from None
