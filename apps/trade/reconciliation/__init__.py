"""The reconciliation: compares the totals of the year with those of the shop, and projections with their events."""

from __future__ import annotations

from apps.trade.reconciliation.books import shop_totals, year_totals
from apps.trade.reconciliation.report import Check, Report, make_report

__all__ = ["Check", "Report", "make_report", "shop_totals", "year_totals"]
