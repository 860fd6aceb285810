"""Example operations for the explorer; tests validate them against the schema."""

CART = """{
      id itemCount subtotal { amount currency } charges { description amount { amount currency } } total { amount currency }
      lines { quantity lineTotal { amount currency } product { name } }
      changes { kind sku }
    }"""
REFUSED = "... on Refusal { code message }"

EXAMPLES = (
    {
        "name": "Browse: products with price, stock and facets",
        "query": """query Browse($query: String, $first: Int! = 5) {
  products(first: $first, filter: { query: $query }, sort: RELEVANCE) {
    totalCount
    facets { name values { name count selected } }
    edges {
      node {
        id sku name
        price { amount currency }
        stock { available }
        category { name path { slug } }
        images { thumbnailUrl alt }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
""",
        "variables": {"query": "lamp"},
    },
    {
        "name": "Browse: the category tree",
        "query": """query Categories {
  categories(rootsOnly: true) {
    nodes { name slug productCount children { nodes { id name slug productCount } } }
  }
}
""",
    },
    {
        "name": "Discover: best sellers, and products bought together",
        "query": """query Discover {
  popular(first: 3) {
    edges {
      score reason
      node { sku name boughtTogether(first: 3) { edges { reason node { name price { amount currency } } } } }
    }
  }
}
""",
    },
    {
        "name": "Live: follow stock and price",
        "query": """subscription Follow($skus: [String!]!) {
  products(skus: $skus) { sku name price { amount currency } stock { available version } }
}
""",
        "variables": {"skus": [""]},
    },
    {
        "name": "Live: follow your cart",
        "query": """subscription FollowCart($token: String) {
  myCart(token: $token) { version itemCount total { amount currency } }
}
""",
        "variables": {"token": None},
    },
    {
        "name": "Account: log in",
        "query": f"""mutation LogIn($email: String!, $password: String!) {{
  logIn(input: {{ email: $email, password: $password }}) {{
    ... on LogInSuccess {{ token session {{ device expiresAt }} user {{ name email }} cart {{ itemCount }} }}
    ... on TooManyAttempts {{ retryAfterSeconds }}
    {REFUSED}
  }}
}}
""",
        "variables": {"email": "rosa@thriftshop.example", "password": "rosa-thrift-2026"},
    },
    {
        "name": "Account: profile, orders and devices",
        "query": """query Account {
  viewer {
    name email emailVerified
    addresses { id label isDefault address { city country } }
    orders(first: 5) { totalCount nodes { id number status total { amount currency } placedAt cancellable } }
  }
  sessions { nodes { id device current usedAt } }
}
""",
    },
    {
        "name": "Cart: open a guest's cart",
        "query": f"""mutation OpenCart {{
  openCart(input: {{ currency: "GBP" }}) {{
    ... on OpenCartSuccess {{ token cart {CART} }}
    {REFUSED}
  }}
}}
""",
    },
    {
        "name": "Cart: add a product",
        "query": f"""mutation Add($sku: String!, $quantity: Int! = 1, $cartToken: String) {{
  addToCart(input: {{ sku: $sku, quantity: $quantity, cartToken: $cartToken }}) {{
    ... on AddToCartSuccess {{ cart {CART} }}
    ... on InvalidInput {{ field }}
    {REFUSED}
  }}
}}
""",
        "variables": {"sku": "", "quantity": 1, "cartToken": None},
    },
    {
        "name": "Order: place an order",
        "query": f"""mutation Place($input: PlaceOrderInput!) {{
  placeOrder(input: $input) {{
    ... on PlaceOrderSuccess {{ order {{ id number status total {{ amount currency }} cancellableUntil nextStatuses }} }}
    ... on InsufficientStock {{ available product {{ name }} }}
    ... on TotalChanged {{ total {{ amount currency }} }}
    {REFUSED}
  }}
}}
""",
        "variables": {
            "input": {
                "idempotencyKey": "explorer-0001",
                "payment": {"provider": "card", "token": "tok_ok"},
                "shippingAddress": {
                    "name": "Rosa Lind",
                    "lines": ["1 Mill Lane"],
                    "city": "Leeds",
                    "postcode": "LS1 4DY",
                    "country": "GB",
                },
            }
        },
    },
    {
        "name": "Order: its status",
        "query": """query OrderStatus($id: ID!) {
  order(id: $id) {
    number status paymentStatus nextStatuses cancellable
    lines { quantity shipped returned product { name } }
    timeline { nodes { occurredAt summary } }
  }
}
""",
        "variables": {"id": ""},
    },
)
