"""The display of times, statuses and refusals in the catalog's admin."""

import datetime

from django.utils import timezone
from django.utils.html import format_html

from idl import catalog, common
from thriftshop import clock, rpc

REFUSALS = (common.InvalidInput, common.Forbidden, common.NotFound, common.Conflict, rpc.RpcError)
BADGES = {
    catalog.ProductStatus.DRAFT: "warn",
    catalog.ProductStatus.PUBLISHED: "",
    catalog.ProductStatus.ARCHIVED: "quiet",
}


def message_of(refusal: Exception) -> str:
    """The message of a refusal."""
    if isinstance(refusal, rpc.RpcError):
        return "The catalog is not available. Submit the form again in a minute."
    return str(getattr(refusal, "message", refusal))


def moment(milliseconds: int | None) -> datetime.datetime | None:
    """A time in the shop's time zone."""
    return timezone.localtime(clock.datetime_of(milliseconds)) if milliseconds else None


def status(value: int) -> str:
    """A status as a badge."""
    name = str(catalog.ProductStatus._VALUES_TO_NAMES[value]).capitalize()
    return format_html('<span class="ts-badge {}">{}</span>', BADGES[value], name)


KINDS = {
    "ProductWritten": "Saved",
    "ProductPublished": "Put on sale",
    "ProductArchived": "Taken off sale",
    "PriceChanged": "Price changed",
}
