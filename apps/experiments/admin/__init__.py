"""The experiments' admin: flags, what staff do with them, and their history."""

from apps.experiments.admin.flags import FlagAdmin

__all__ = ["FlagAdmin"]
