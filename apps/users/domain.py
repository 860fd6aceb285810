"""The users' rules as pure functions: what settings may be, and which of them and of the addresses hold by default."""

import re
from collections.abc import Collection, Mapping

from idl import common

NAME_LENGTH = 150
LABEL_LENGTH = 50
MOST_ADDRESSES = 50
PASSWORD_LENGTH = 128

SWITCH = ("true", "false")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
SETTINGS = ("currency", "language", "newsletter", "order_updates")


def changed_settings(
    present: Mapping[str, str], wanted: Mapping[str, str], currencies: Collection[str]
) -> dict[str, str]:
    """The settings after the wanted ones are put in; an empty value goes back to the shop's default.

    Raises common.InvalidInput, naming the setting as `settings.currency`, for an unknown one or a value it cannot have.
    """
    changed = dict(present)
    for key, value in wanted.items():
        if value == "" and key in SETTINGS:
            changed.pop(key, None)
        else:
            kept = value.strip().upper() if key == "currency" else value
            _check_setting(key, kept, currencies)
            changed[key] = kept
    return changed


def _check_setting(key: str, value: str, currencies: Collection[str]) -> None:
    if key not in SETTINGS:
        raise common.InvalidInput(
            message=f"There is no setting {key[:40]!r}; there are {', '.join(SETTINGS)}.", field="settings"
        )
    allowed = {"currency": tuple(currencies), "newsletter": SWITCH, "order_updates": SWITCH}.get(key)
    if allowed is not None and value not in allowed:
        raise common.InvalidInput(
            message=f"{key} can be {' or '.join(allowed)}, not {value[:20]!r}.", field=f"settings.{key}"
        )
    if key == "language" and not LANGUAGE.fullmatch(value):
        raise common.InvalidInput(
            message=f"{value[:20]!r} is no language as in en or en-GB.", field="settings.language"
        )


def all_settings(chosen: Mapping[str, str], currency: str) -> dict[str, str]:
    """What the user chose, and the shop's default for the rest."""
    return {"currency": currency, "language": "en-GB", "newsletter": "false", "order_updates": "true", **chosen}


def default_after(addresses: Mapping[str, bool], wanted: str | None) -> str | None:
    """Which address is the default one: the wanted one, else the one that was, else the first; None where there are none.

    `addresses` says of each id, oldest first, whether it was the default.
    """
    if wanted is not None and wanted in addresses:
        return wanted
    was = [key for key, is_default in addresses.items() if is_default]
    return was[0] if was else next(iter(addresses), None)
