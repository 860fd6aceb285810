"""A check for lower-case SKUs in existing databases, which services would no longer find."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection
from django.db.models.functions import Upper

from thriftshop.rpc import sku_case

MAX_LISTED = 10
HINT = "Set SKU_CASE=kept to make SKUs case-sensitive, as before. New ones should be upper-case."


def watch(model_name: str) -> None:
    """Register a check of the column `sku` of a model, for `manage.py migrate` and `check --database default`."""

    @register(Tags.database)
    def skus_are_in_capitals(
        app_configs: Sequence[Any] | None, databases: Sequence[str] | None = None, **_: Any
    ) -> list[CheckMessage]:
        if settings.SKU_CASE == sku_case.KEPT or "default" not in (databases or ()):
            return []
        return _problems(apps.get_model(model_name))


def _problems(model: Any) -> list[CheckMessage]:
    if model._meta.db_table not in connection.introspection.table_names():
        return []  # not migrated yet
    others = model.objects.exclude(sku=Upper("sku")).order_by("sku")
    skus = list(others.values_list("sku", flat=True)[: MAX_LISTED + 1])
    if not skus:
        return []
    named = ", ".join(skus[:MAX_LISTED]) + (" ..." if len(skus) > MAX_LISTED else "")
    twins = {sku.upper() for sku in skus} & set(
        model.objects.filter(sku__in=[sku.upper() for sku in skus]).values_list("sku", flat=True)
    )
    also = f" {', '.join(sorted(twins))} exists in both spellings." if twins else ""
    message = f"{model._meta.verbose_name.capitalize()}: SKUs are not upper-case: {named}.{also}"
    return [Error(message, hint=HINT, id="thriftshop.E_SKU_CASE")]
