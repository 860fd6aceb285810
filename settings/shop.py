"""The shop's own rules: currencies, postage, SKUs, orders and carts."""

from settings import variables

# ISO 4217 codes; the first is the shop's default.
CURRENCIES = [code.upper() for code in variables.names("CURRENCIES", ["GBP", "EUR", "USD"])]
# Postage, and the value of goods from which it is free: `GBP=3.95/50.00`, with the currency's decimals.
POSTAGE = {
    code.upper(): rate
    for code, rate in variables.pairs(
        "POSTAGE", {"GBP": "3.95/50.00", "EUR": "4.95/60.00", "USD": "5.95/65.00"}
    ).items()
}
# SKUs are upper-case (`upper`), or case-sensitive (`kept`, for an existing database with lower-case ones).
SKU_CASE = variables.text("SKU_CASE", "upper")
# How long a customer may cancel an order, how long an order may be pending, and how long a customer may return goods.
ORDER_GRACE_MINUTES = variables.number("ORDER_GRACE_MINUTES", 30)
ORDER_TIMEOUT_MINUTES = variables.number("ORDER_TIMEOUT_MINUTES", 15)
RETURN_DAYS = variables.number("RETURN_DAYS", 30)
# The available quantity from which staff see a product as low.
LOW_STOCK = variables.number("LOW_STOCK", 3)
# How a guest's cart is merged at login: sum, larger, guest or customer; and when unused carts expire.
CART_MERGE_STRATEGY = variables.text("CART_MERGE_STRATEGY", "sum")
CART_LIFETIME_DAYS = variables.number("CART_LIFETIME_DAYS", 30)
CART_CUSTOMER_LIFETIME_DAYS = variables.number("CART_CUSTOMER_LIFETIME_DAYS", 90)
