"""The demo shop's accounts to try: in development alone, and no secret."""

DEMO_ACCOUNTS = [
    {"who": "Staff, may do everything", "email": "staff@thriftshop.example", "password": "staff-thrift-2026"},
    {"who": "A customer with orders", "email": "rosa@thriftshop.example", "password": "rosa-thrift-2026"},
    {"who": "A customer without", "email": "noor@thriftshop.example", "password": "noor-thrift-2026"},
]
