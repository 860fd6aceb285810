"""The sandbox card: a provider with its own entries that declines, delays or fails depending on the token.

| token | effect |
| --- | --- |
| `tok_ok` | every call succeeds |
| `tok_decline` | the card is declined |
| `tok_delay` | the authorisation is pending for three seconds, then succeeds |
| `tok_fail` | every call fails |
| `tok_fail_once` | the first authorisation succeeds, but its response is lost |
| `tok_capture_fail` | the authorisation succeeds, but captures fail |
"""

import hashlib

from django.db import transaction

from apps.orders.models import CardEntry
from apps.orders.payments.errors import Declined, Failed, Simulated, Waiting
from thriftshop import clock

DELAY_MS = 3_000
TOKENS = ("tok_ok", "tok_decline", "tok_delay", "tok_fail", "tok_fail_once", "tok_capture_fail")


def authorise(order: str, amount: int, currency: str, token: str) -> str:
    """Authorise an amount. Raises Declined, Waiting or Failed, depending on the token; Declined also after a void."""
    if token == "tok_fail":  # noqa: S105 - a sandbox token is no secret
        raise Simulated("The card network does not answer.")
    with transaction.atomic():
        entry, is_new = _enter(order, "authorise", "authorise", amount, currency, token)
        if is_new:
            entry.outcome = _decide(entry)
        elif entry.outcome == "waiting" and not 0 <= clock.now() - entry.created_at < DELAY_MS:
            entry.outcome = "done"
        entry.save()
    return _answer(entry, is_new)


def _decide(entry: CardEntry) -> str:
    voided = CardEntry.objects.filter(account=entry.account, kind="void").exists()
    if voided or entry.token == "tok_decline" or entry.token not in TOKENS:  # noqa: S105
        return "declined"
    return "waiting" if entry.token == "tok_delay" else "done"  # noqa: S105


def _answer(entry: CardEntry, is_new: bool) -> str:
    if entry.outcome == "declined":
        is_known = entry.token in TOKENS
        raise Declined("The card was declined." if is_known else "The card is not known.")
    if entry.outcome == "waiting":
        raise Waiting("The card network has not decided yet.")
    if is_new and entry.token == "tok_fail_once":  # noqa: S105
        raise Simulated("The response was lost.")
    return entry.reference


def capture(order: str, key: str, amount: int, currency: str) -> str:
    """Capture an amount, up to the authorised one. Raises Failed beyond it, and if the token says so."""
    with transaction.atomic():
        authorised = (
            CardEntry.objects.select_for_update().filter(account=order, kind="authorise", outcome="done").first()
        )
        if authorised is None or authorised.currency != currency:
            raise Failed("There is no authorisation in this currency.")
        if authorised.token == "tok_capture_fail":  # noqa: S105
            raise Simulated("The bank refuses to pay the authorised amount.")
        entry, is_new = _enter(order, "capture", key, amount, currency)
        if is_new and _sum(order, "capture") > authorised.amount:
            raise Failed("The amount exceeds the authorised one.")
        if is_new and CardEntry.objects.filter(account=order, kind="void").exists():
            raise Failed("The authorisation was voided.")
        entry.save()
    return entry.reference


def refund(order: str, key: str, amount: int, currency: str) -> str:
    """Refund an amount, up to the captured one. Raises Failed beyond it."""
    with transaction.atomic():
        list(CardEntry.objects.select_for_update().filter(account=order, kind="authorise"))
        entry, is_new = _enter(order, "refund", key, amount, currency)
        if is_new and _sum(order, "refund") > _sum(order, "capture"):
            raise Failed("The amount exceeds the captured one.")
        entry.save()
    return entry.reference


def void(order: str) -> str:
    """Void the authorisation; later ones are declined. Returns "" if nothing was authorised."""
    with transaction.atomic():
        authorised = CardEntry.objects.select_for_update().filter(account=order, kind="authorise").first()
        entry, _ = _enter(order, "void", "void", 0, authorised.currency if authorised else "")
        entry.save()
        if authorised is not None and authorised.outcome == "waiting":
            CardEntry.objects.filter(pk=authorised.pk).update(outcome="declined")
            return ""
    return entry.reference if authorised is not None and authorised.outcome == "done" else ""


def _enter(order: str, kind: str, key: str, amount: int, currency: str, token: str = "") -> tuple[CardEntry, bool]:
    """The entry of this key, with its calls counted, created if it does not exist. Raises Failed for another amount."""
    full_key = f"{order}:{kind}:{key}"[:100]
    defaults = {
        "account": order,
        "kind": kind,
        "outcome": "done",
        "amount": amount,
        "currency": currency,
        "reference": f"card-{hashlib.sha256(full_key.encode()).hexdigest()[:16]}",
        "token": token,
        "created_at": clock.now(),
    }
    entry, is_new = CardEntry.objects.select_for_update().get_or_create(key=full_key, defaults=defaults)
    if not is_new:
        if (entry.amount, entry.currency) != (amount, currency) and kind != "void":
            raise Failed("This key was used before for another amount.")
        entry.calls += 1
    return entry, is_new


def _sum(order: str, kind: str) -> int:
    return sum(CardEntry.objects.filter(account=order, kind=kind, outcome="done").values_list("amount", flat=True))
