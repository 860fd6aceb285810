"""The staff's door to the stock: levels with what can be done about them, and the ledger to read."""

from apps.inventory.admin.levels import LevelAdmin
from apps.inventory.admin.movements import MovementAdmin

__all__ = ["LevelAdmin", "MovementAdmin"]
