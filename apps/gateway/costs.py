"""Additional costs of fields that make a call of their own; every object costs 1 anyway.

A request of the maximum cost must take well under a second: of the dearest calls it may contain some 30 to 200.
"""

WEIGHTS = {
    "Product.boughtTogether": 10,
    "Product.priceHistory": 25,
    "Product.history": 10,
    "Product.stockAt": 20,
    "Product.stockMovements": 20,
    "ProductConnection.facets": 4,
    "Category.products": 10,
    "Cart.recommendations": 10,
    "Order.timeline": 30,
    "User.orders": 10,
    "Query.products": 10,
    "Query.orders": 10,
    "Query.popular": 10,
    "Query.recommendations": 10,
    "Query.revenue": 50,
    "Query.stockTotals": 50,
    "Query.dataExport": 100,
    "Subscription.products": 20,
    "Subscription.backInStock": 20,
    "Subscription.myOrders": 20,
    # Up to 100 lines each.
    "Mutation.placeOrder": 150,
    "Mutation.addItemsToCart": 150,
    "Mutation.reorder": 150,
    "Mutation.setCartCurrency": 60,
    # Hashing a password is by far the most expensive thing that an anonymous client can request.
    "Mutation.logIn": 400,
    "Mutation.signUp": 400,
    "Mutation.changePassword": 400,
    "Mutation.resetPassword": 400,
    "Mutation.eraseAccount": 400,
    "Mutation.requestPasswordReset": 100,
    "Mutation.requestGuestAccess": 100,
}
