"""The sandbox card: a provider with books of its own, that declines, delays and fails as the token says.

| token | what happens |
| --- | --- |
| `tok_ok` | all is well |
| `tok_decline` | the card is declined |
| `tok_delay` | there is no answer for three seconds, then a yes |
| `tok_fail` | every question fails |
| `tok_fail_once` | the first promise is made, but its answer is lost on the way |
| `tok_capture_fail` | the money is promised, but cannot be taken |
"""

import hashlib

from django.db import transaction

from apps.orders.models import CardEntry
from apps.orders.payments.answers import Declined, Failed, Simulated, Waiting
from thriftshop import clock

DELAY_MS = 3_000
TOKENS = ("tok_ok", "tok_decline", "tok_delay", "tok_fail", "tok_fail_once", "tok_capture_fail")


def authorise(order: str, amount: int, currency: str, token: str) -> str:
    """Promises money. Raises Declined, Waiting or Failed, as the token says; Declined too for what was voided."""
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
        known = entry.token in TOKENS
        raise Declined("The card was declined." if known else "The card is not known.")
    if entry.outcome == "waiting":
        raise Waiting("The card network has not decided yet.")
    if is_new and entry.token == "tok_fail_once":  # noqa: S105
        raise Simulated("The answer was lost on the way.")
    return entry.reference


def capture(order: str, key: str, amount: int, currency: str) -> str:
    """Takes money, never more than was promised. Raises Failed for that, and where the token says so."""
    with transaction.atomic():
        promise = CardEntry.objects.select_for_update().filter(account=order, kind="authorise", outcome="done").first()
        if promise is None or promise.currency != currency:
            raise Failed("There is no promise of money in this currency.")
        if promise.token == "tok_capture_fail":  # noqa: S105
            raise Simulated("The bank refuses to pay out what it promised.")
        entry, is_new = _enter(order, "capture", key, amount, currency)
        if is_new and _sum(order, "capture") > promise.amount:
            raise Failed("More is asked for than was promised.")
        if is_new and CardEntry.objects.filter(account=order, kind="void").exists():
            raise Failed("What was promised has been given back.")
        entry.save()
    return entry.reference


def refund(order: str, key: str, amount: int, currency: str) -> str:
    """Gives money back, never more than was taken. Raises Failed for that."""
    with transaction.atomic():
        list(CardEntry.objects.select_for_update().filter(account=order, kind="authorise"))
        entry, is_new = _enter(order, "refund", key, amount, currency)
        if is_new and _sum(order, "refund") > _sum(order, "capture"):
            raise Failed("More is to be given back than was taken.")
        entry.save()
    return entry.reference


def void(order: str) -> str:
    """Gives back what was promised and not taken; a promise asked for later is declined. "" where nothing was promised."""
    with transaction.atomic():
        promise = CardEntry.objects.select_for_update().filter(account=order, kind="authorise").first()
        entry, _ = _enter(order, "void", "void", 0, promise.currency if promise else "")
        entry.save()
        if promise is not None and promise.outcome == "waiting":
            CardEntry.objects.filter(pk=promise.pk).update(outcome="declined")
            return ""
    return entry.reference if promise is not None and promise.outcome == "done" else ""


def _enter(order: str, kind: str, key: str, amount: int, currency: str, token: str = "") -> tuple[CardEntry, bool]:
    """The entry of this key, counted as asked for once more; made where there is none. Raises Failed for another amount."""
    full_key = f"{order}:{kind}:{key}"[:100]
    made = {
        "account": order,
        "kind": kind,
        "outcome": "done",
        "amount": amount,
        "currency": currency,
        "reference": f"card-{hashlib.sha256(full_key.encode()).hexdigest()[:16]}",
        "token": token,
        "created_at": clock.now(),
    }
    entry, is_new = CardEntry.objects.select_for_update().get_or_create(key=full_key, defaults=made)
    if not is_new:
        if (entry.amount, entry.currency) != (amount, currency) and kind != "void":
            raise Failed("This key was used before for another amount.")
        entry.asked += 1
    return entry, is_new


def _sum(order: str, kind: str) -> int:
    return sum(CardEntry.objects.filter(account=order, kind=kind, outcome="done").values_list("amount", flat=True))
