"""Tables of analytics."""

from apps.analytics.models.behaviour import (
    DailyPlacement,
    DailySearches,
    DailyVisits,
    ProductBehaviour,
    VisitorDay,
    VisitRow,
)
from apps.analytics.models.carts import CartItem, CartUse
from apps.analytics.models.catalog import CategoryName, ProductName
from apps.analytics.models.logins import DailyLogins, LoginDay, LoginRow
from apps.analytics.models.recommended import DailyRecommendations, DailyRecommendationSales, RecommendationVisit
from apps.analytics.models.sales import (
    BookedAdjustment,
    CustomerMonth,
    CustomerRow,
    DailySales,
    Dashboard,
    OrderRow,
    ProductSales,
    SegmentBounds,
)
from apps.analytics.models.tracking import ErasedAccount, Exclusion, SetApartEvent, VisitorLink

__all__ = [
    "BookedAdjustment",
    "CartItem",
    "CartUse",
    "CategoryName",
    "CustomerMonth",
    "CustomerRow",
    "DailyLogins",
    "DailyPlacement",
    "DailyRecommendationSales",
    "DailyRecommendations",
    "DailySales",
    "DailySearches",
    "DailyVisits",
    "Dashboard",
    "ErasedAccount",
    "Exclusion",
    "LoginDay",
    "LoginRow",
    "OrderRow",
    "ProductBehaviour",
    "ProductName",
    "ProductSales",
    "RecommendationVisit",
    "SegmentBounds",
    "SetApartEvent",
    "VisitRow",
    "VisitorDay",
    "VisitorLink",
]
