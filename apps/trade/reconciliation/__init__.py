"""The reconciliation: what the year says must be, beside what the shop shows, and beside its own events."""

from __future__ import annotations

from apps.trade.reconciliation.books import shop_figures, year_figures
from apps.trade.reconciliation.report import Check, Report, make_report

__all__ = ["Check", "Report", "make_report", "shop_figures", "year_figures"]
