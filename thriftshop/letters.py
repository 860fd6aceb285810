"""Letters: e-mails to people, as plain text and HTML, sent so that nothing personal reaches a log when a server refuses."""

import smtplib
from collections.abc import Mapping
from typing import Any

from django.core import mail
from django.template.loader import render_to_string

from thriftshop.rpc.errors import Unavailable

NEWS_MS = 24 * 3_600_000  # what happened longer before it was recorded is no news, and nobody is written to about it


class UndeliverableLetter(Exception):
    """The mail server will not take the letter, now or later."""


def send(template: str, subject: str, to: str, context: Mapping[str, Any], **headers: str) -> None:
    """Sends `<template>.txt` and `<template>.html`, rendered with the context and the subject.

    Raises Unavailable while the mail server is away or asks to wait, UndeliverableLetter where it refuses for good.
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
        message.send()
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
        # The server's answer repeats the address: neither it nor the exception may reach a log.
        code = getattr(error, "smtp_code", 550)
        if code < 500:
            raise Unavailable(f"The mail server asked to wait ({code}).") from None
        raise UndeliverableLetter(f"The mail server refused the letter {template!r} ({code}).") from None
    except OSError as error:
        raise Unavailable(f"The mail server cannot be reached: {type(error).__name__}.") from None
