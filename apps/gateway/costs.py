"""What fields cost beyond the one that every object costs: those that make a call of their own for each object.

A plain list costs its weight for each of the few that it is taken to hold.
"""

WEIGHTS = {
    "Product.boughtTogether": 10,
    "Product.priceHistory": 10,
    "Product.history": 10,
    "Product.stockAt": 20,
    "Product.stockMovements": 20,
    "ProductConnection.facets": 4,
    "Category.products": 10,
    "Cart.recommendations": 10,
    "Order.timeline": 10,
    "User.orders": 10,
    "Query.products": 10,
    "Query.orders": 10,
    "Query.popular": 10,
    "Query.recommendations": 10,
    "Query.revenue": 50,
    "Query.stockTotals": 50,
    "Query.dataExport": 100,
    "Mutation.placeOrder": 50,
    # A password is hashed: by far the dearest thing that a stranger can ask for.
    "Mutation.logIn": 400,
    "Mutation.signUp": 400,
    "Mutation.changePassword": 400,
    "Mutation.resetPassword": 400,
    "Mutation.eraseAccount": 400,
    "Mutation.requestPasswordReset": 100,
    "Mutation.requestGuestAccess": 100,
}
