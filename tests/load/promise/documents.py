"""The operations that the load sends, as a shop's pages would."""

from tests.load.promise.http1 import Document

PRODUCT = "id sku name slug price { amount currency } category { name } stock { available }"
LIST = Document(
    f"""query List($filter: ProductFilterInput, $sort: ProductSort) {{ products(first: 20, filter: $filter, sort: $sort) {{
    edges {{ node {{ {PRODUCT} description }} }} pageInfo {{ hasNextPage endCursor }} }} }}"""
)
SEARCH = Document(
    f"""query Search($query: String!) {{ products(first: 20, filter: {{query: $query}}) {{ totalCount
    edges {{ node {{ {PRODUCT} }} }} }} }}"""
)
DETAIL = Document(
    f"""query Detail($sku: String!) {{ product(sku: $sku) {{ {PRODUCT} description attributes {{ code name value }}
    images {{ url alt }} boughtTogether(first: 6) {{ nodes {{ {PRODUCT} }} }} }} }}"""
)
FACETS = Document(
    """query Facets($filter: ProductFilterInput) { products(first: 20, filter: $filter) {
    facets { code name values { value name count selected } } } }"""
)
REFUSAL = "__typename ... on Refusal { code message }"
ADD = Document(
    f"""mutation Add($input: AddToCartInput!) {{ addToCart(input: $input) {{ {REFUSAL}
    ... on AddToCartSuccess {{ cart {{ version itemCount }} }} }} }}"""
)
ADD_ITEMS = Document(
    f"""mutation AddItems($input: AddItemsToCartInput!) {{ addItemsToCart(input: $input) {{ {REFUSAL}
    ... on AddItemsToCartSuccess {{ cart {{ version }} leftOut {{ sku }} }} }} }}"""
)
SET = Document(
    f"""mutation Set($input: SetCartQuantityInput!) {{ setCartQuantity(input: $input) {{ {REFUSAL}
    ... on SetCartQuantitySuccess {{ cart {{ version itemCount }} }} }} }}"""
)
PLACE = Document(
    f"""mutation Place($input: PlaceOrderInput!) {{ placeOrder(input: $input) {{ {REFUSAL}
    ... on PlaceOrderSuccess {{ order {{ id number status total {{ amount currency }} lines {{ sku quantity }} }} }}
    ... on InsufficientStock {{ sku available }} }} }}"""
)
CANCEL = Document(
    f"""mutation Cancel($input: CancelOrderInput!) {{ cancelOrder(input: $input) {{ {REFUSAL}
    ... on CancelOrderSuccess {{ order {{ id status }} }} ... on NotAllowedNow {{ status }} }} }}"""
)
RENAME = Document(
    f"""mutation Rename($input: UpdateProfileInput!) {{ updateProfile(input: $input) {{ {REFUSAL}
    ... on UpdateProfileSuccess {{ user {{ id name version }} }} }} }}"""
)
LOG_IN = Document(
    f"""mutation LogIn($input: LogInInput!) {{ logIn(input: $input) {{ {REFUSAL}
    ... on LogInSuccess {{ token session {{ id }} user {{ id name }} }} }} }}"""
)
LOG_OUT = Document(f"mutation LogOut {{ logOut {{ {REFUSAL} }} }}")
OPEN_CART = Document(
    f"""mutation Open($input: OpenCartInput!) {{ openCart(input: $input) {{ {REFUSAL}
    ... on OpenCartSuccess {{ token cart {{ id }} }} }} }}"""
)
PROFILE = Document(
    """query Profile { viewer { id name email settings { key value }
    addresses { id address { name lines city postcode country } } } }"""
)
SESSIONS = Document("query Sessions { sessions(first: 10) { nodes { id device startedAt usedAt current } } }")
TRACK = Document(
    f"""mutation Track($input: TrackInput!) {{ track(input: $input) {{ {REFUSAL} ... on TrackSuccess {{ accepted }} }} }}"""
)
ORDERS = Document(
    "query Orders { orders(first: 10) { nodes { id number status placedAt total { amount currency } } } }"
)
CART = Document("query Cart($token: String) { cart(token: $token) { version lines { sku quantity } } }")
ORDER = Document("query Order($id: ID!) { order(id: $id) { id status } }")
NAME = Document("query Name { viewer { name } }")
