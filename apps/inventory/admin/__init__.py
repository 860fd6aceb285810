"""The inventory's admin: stock levels with forms to change them, and the ledger."""

from apps.inventory.admin.levels import LevelAdmin
from apps.inventory.admin.movements import MovementAdmin

__all__ = ["LevelAdmin", "MovementAdmin"]
