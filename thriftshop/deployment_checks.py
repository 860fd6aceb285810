"""Checks for a deployment (`manage.py check --deploy`): settings that are for development only."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register

from thriftshop import contexts


@register(Tags.security, deploy=True)
def no_development_settings(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Warnings of settings that are for development only."""
    warnings: list[CheckMessage] = []
    for variable in ("VIEWER_KEYS", "SERVICE_KEYS"):
        if settings.SECRET_KEY in getattr(settings, variable):
            hint = f"Give {variable} keys of its own, so that one leak does not open both."
            warnings.append(
                Warning(f"{variable}: the key is the SECRET_KEY.", hint=hint, id=f"thriftshop.W_{variable}")
            )
    if settings.LEGACY_OPEN and any(config.is_public for config in contexts.hosted()):
        problem = "LEGACY_OPEN: anybody who reaches the public port may call the contracts of 2018."
        hint = "Leave LEGACY_OPEN to the processes that only services reach."
        warnings.append(Warning(problem, hint=hint, id="thriftshop.W_LEGACY_OPEN"))
    if not settings.PUBLIC_URL.startswith("https://"):
        hint = "Links in e-mails must be https."
        warnings.append(Warning("PUBLIC_URL: it is not https.", hint=hint, id="thriftshop.W_PUBLIC_URL"))
    if "console" in settings.EMAIL_BACKEND:
        hint = "Set EMAIL_BACKEND and EMAIL_HOST to a real mail server."
        warnings.append(Warning("EMAIL_BACKEND: mail goes to the console.", hint=hint, id="thriftshop.W_EMAIL_BACKEND"))
    return warnings
