"""The rules of users: valid settings, default settings, and the default address."""

import re
from collections.abc import Collection, Mapping

from idl import common

MAX_NAME_LENGTH = 150
MAX_LABEL_LENGTH = 50
MAX_ADDRESSES = 50
MAX_PASSWORD_LENGTH = 128

SWITCH = ("true", "false")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
SETTINGS = ("currency", "language", "newsletter", "order_updates")


def changed_settings(
    current: Mapping[str, str], changes: Mapping[str, str], currencies: Collection[str]
) -> dict[str, str]:
    """The settings with these changes; an empty value resets one to the shop's default.

    Raises common.InvalidInput with a field such as `settings.currency` for an unknown setting or an invalid value.
    """
    changed = dict(current)
    for key, value in changes.items():
        if value == "" and key in SETTINGS:
            changed.pop(key, None)
        else:
            normalised = value.strip().upper() if key == "currency" else value
            _check_setting(key, normalised, currencies)
            changed[key] = normalised
    return changed


def _check_setting(key: str, value: str, currencies: Collection[str]) -> None:
    if key not in SETTINGS:
        raise common.InvalidInput(
            message=f"There is no setting {key[:40]!r}. The settings are {', '.join(SETTINGS)}.", field="settings"
        )
    allowed = {"currency": tuple(currencies), "newsletter": SWITCH, "order_updates": SWITCH}.get(key)
    if allowed is not None and value not in allowed:
        raise common.InvalidInput(
            message=f"{key} can be {' or '.join(allowed)}, not {value[:20]!r}.", field=f"settings.{key}"
        )
    if key == "language" and not LANGUAGE.fullmatch(value):
        raise common.InvalidInput(
            message=f"{value[:20]!r} is not a language such as en or en-GB.", field="settings.language"
        )


def all_settings(chosen: Mapping[str, str], currency: str) -> dict[str, str]:
    """The chosen settings, with the shop's defaults for the others."""
    return {"currency": currency, "language": "en-GB", "newsletter": "false", "order_updates": "true", **chosen}


def default_address(addresses: Mapping[str, bool], preferred: str | None) -> str | None:
    """The default address: the preferred one, else the current one, else the oldest; None without addresses.

    `addresses` maps ids, oldest first, to whether the address is the current default.
    """
    if preferred is not None and preferred in addresses:
        return preferred
    current = [key for key, is_default in addresses.items() if is_default]
    return current[0] if current else next(iter(addresses), None)
