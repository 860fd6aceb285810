"""The projections of analytics."""

from apps.analytics import models
from apps.analytics.domain import sales as rules
from apps.analytics.projections import behaviour, carts, catalog, logins, recommended, sales
from thriftshop import events

PROJECTIONS = [
    events.Projection(
        "analytics.sales",
        "orders",
        sales.apply,
        (
            models.OrderRow,
            models.BookedAdjustment,
            models.DailySales,
            models.ProductSales,
            models.CustomerRow,
            models.CustomerMonth,
        ),
        rules.KINDS,
    ),
    events.Projection(
        "analytics.names",
        "catalog",
        catalog.apply,
        (models.ProductName, models.CategoryName),
        frozenset({"ProductWritten", "CategoryWritten", "CategoryRemoved"}),
    ),
    events.Projection("analytics.items", "cart", carts.apply, (models.CartItem,), frozenset({"ItemAdded"})),
    events.Projection(
        "analytics.logins",
        "sessions",
        logins.apply,
        (models.LoginRow, models.LoginDay, models.DailyLogins),
        frozenset({"SessionStarted"}),
    ),
    events.Projection(
        "analytics.visits",
        "analytics",
        behaviour.apply,
        (
            models.VisitRow,
            models.VisitorDay,
            models.DailyVisits,
            models.DailySearches,
            models.ProductBehaviour,
            models.DailyPlacement,
        ),
    ),
    events.Projection(
        "analytics.recommendations",
        "analytics",
        recommended.apply,
        (models.RecommendationVisit, models.DailyRecommendations, models.DailyRecommendationSales),
        recommended.KINDS,
    ),
]
