"""Requests that change nothing that is compared afterwards: lists, searches with typing errors, products, facets, what
customers see of themselves, and tracked page views.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tests.load.promise import documents, http1, popularity
from tests.load.promise.prepared import Prepared

# Half of the readers are logged in.
LOGGED_IN = 0.5
TYPING_ERRORS = 0.3
# Different requests of a kind. Like products, some are sent far more often than others.
VARIANTS = 2_000
SORTS = ("RELEVANCE", "NAME", "PRICE_LOW", "PRICE_HIGH", "NEWEST")
CURRENCY = "GBP"
SENT_AT, PAGE = "2026-01-01T12:00:00Z", '{"path": "/category/mugs"}'

Data = dict[str, Any]
Check = Callable[[Data], bool]
Read = tuple[bytes, Check]


class Reads:
    """Endless requests of each kind, with the check of a sampled answer's data."""

    def __init__(self, prepared: Prepared, rng: np.random.Generator) -> None:
        self.rng = rng
        self.tokens = [http1.token_header(customer.token) for customer in prepared.customers]
        self.of: dict[str, Iterator[Read]] = {
            "list": popularity.draws([self._list() for _ in range(VARIANTS)], rng),
            "search": popularity.draws([self._search(prepared.words) for _ in range(VARIANTS)], rng),
            "detail": map(self._detail, popularity.draws(prepared.skus, rng)),
            "facets": popularity.draws([self._facets(prepared.words) for _ in range(VARIANTS)], rng),
            "profile": self._own(documents.PROFILE, lambda data: bool(data["viewer"]["addresses"])),
            "sessions": self._own(documents.SESSIONS, lambda data: bool(data["sessions"]["nodes"])),
            "own orders": self._own(documents.ORDERS, lambda data: "nodes" in data["orders"]),
            "tracking": map(self._page_view, itertools.count()),
        }
        self._details: dict[str, tuple[bytes, Check]] = {}

    def _token(self) -> bytes:
        if self.rng.random() >= LOGGED_IN:
            return http1.NO_TOKEN
        return self.tokens[int(self.rng.integers(len(self.tokens)))]

    def _list(self) -> Read:
        price = int(self.rng.integers(1, 20)) * 500
        filters = [None, {"priceMin": {"amount": price, "currency": CURRENCY}}]
        sort = str(self.rng.choice(SORTS, p=[0.4, 0.15, 0.15, 0.1, 0.2]))
        data = documents.LIST.request(self._token(), filter=filters[int(self.rng.random() < 0.3)], sort=sort)
        return data, lambda answer: all(
            edge["node"]["price"] and edge["node"]["stock"] for edge in answer["products"]["edges"]
        )

    def _search(self, words: list[str]) -> Read:
        query = " ".join(str(word) for word in self.rng.choice(words, int(self.rng.integers(1, 3))))
        if self.rng.random() < TYPING_ERRORS:
            query = self._misspelt(query)
        return documents.SEARCH.request(
            self._token(), query=query
        ), lambda answer: answer["products"]["totalCount"] is not None

    def _misspelt(self, text: str) -> str:
        """The text with two neighbouring letters swapped."""
        place = int(self.rng.integers(0, len(text) - 1))
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]

    def _facets(self, words: list[str]) -> Read:
        filters = [None, {"query": str(self.rng.choice(words))}]
        data = documents.FACETS.request(self._token(), filter=filters[int(self.rng.random() < 0.7)])
        return data, lambda answer: bool(answer["products"]["facets"])

    def _detail(self, sku: str) -> Read:
        read = self._details.get(sku)
        if read is None:
            data = documents.DETAIL.request(self._token(), sku=sku)
            read = self._details[sku] = (data, lambda data: data["product"]["sku"] == sku)
        return read

    def _page_view(self, number: int) -> Read:
        """A page view of one of the visitors: only how long before the sending it happened counts."""
        visitor, token = number % VARIANTS, self._token()
        event = {"id": f"event-{number:08d}", "kind": "pageViewed", "occurredAt": SENT_AT, "properties": PAGE}
        batch = {"visitorId": f"visitor-{visitor:08d}", "sessionId": f"session-{visitor:08d}", "consent": "ANALYTICS"}
        data = documents.TRACK.request(token, input={**batch, "sentAt": SENT_AT, "events": [event]})
        return data, lambda answer: answer["track"].get("accepted") == 1

    def _own(self, document: http1.Document, check: Check) -> Iterator[Read]:
        return itertools.cycle([(document.request(token), check) for token in self.tokens])
