"""The order of search results: best matches first, with cursors that survive changes of the scores.

A score depends on how common the words are in the whole catalog, so every change shifts all scores a little. Therefore a
cursor continues from the current score of its product, not the former one. In case that product itself was changed, the
cursor also names the products right before it.
"""

import zlib
from collections.abc import Mapping, Sequence

from apps.catalog.domain import bitmaps
from apps.catalog.models import search
from apps.catalog.service import ordering, recent
from apps.catalog.service.ordering import Position, Window
from idl import catalog
from thriftshop import call_context, paging

# The number of products in a cursor: its own and those right before it, each with its id and a checksum of its words.
TRAIL = 5
START = Position((paging.MAX_NUMBER,), 0)

Trail = tuple[tuple[int, int], ...]


def by_relevance(window: Window) -> list[Position]:
    """By score; among equal scores, the newest product is the highest."""
    matches = window.selection.matches or search.Matches(0, 0, {})
    buffer = bitmaps.as_bytes(window.candidates)
    scores = {product_id: score for product_id, score in matches.scores.items() if bitmaps.contains(buffer, product_id)}
    others = window.candidates & ~bitmaps.of(scores)
    tiers = ((1, others & matches.in_names), (0, others & ~matches.in_names))
    ranked = ordering.select((Position((score,), product_id) for product_id, score in scores.items()), window)
    positions = ranked if window.reverse else []
    for score, tier in tiers if window.reverse else tiers[::-1]:
        positions += _of_tier(score, tier, window, window.limit - len(positions))
    return positions if window.reverse else (positions + ranked)[: window.limit]


def _of_tier(score: int, tier: bitmaps.Bits, window: Window, limit: int) -> list[Position]:
    if window.low is not None:
        low = window.low.values[0]
        tier = tier if low < score else bitmaps.after(tier, window.low.product_id) if low == score else 0
    if window.high is not None:
        high = window.high.values[0]
        tier = tier if high > score else bitmaps.before(tier, window.high.product_id) if high == score else 0
    members = bitmaps.last_members(tier, limit) if window.reverse else bitmaps.members(tier, limit)
    return [Position((score,), product_id) for product_id in members]


def key(position: Position, trail: Trail) -> paging.Key:
    """The cursor key of a product with this trail."""
    return (*position.values, *(value for pair in trail for value in pair))


def trail_of(cursor_key: paging.Key | None) -> Trail:
    """The trail in a cursor key."""
    return () if cursor_key is None else tuple(zip(cursor_key[1::2], cursor_key[2::2], strict=False))


def trails(positions: Sequence[Position], products: Mapping[int, catalog.Product], before: Trail) -> list[Trail]:
    """The trails of consecutive products, the first of which follows the trail `before`."""
    trails, trail = [], before
    for position in positions:
        product = products.get(position.product_id)
        trail = ((position.product_id, _checksum(product) if product else 0), *trail)[:TRAIL]
        trails.append(trail)
    return trails


def _checksum(product: catalog.Product) -> int:
    """A checksum of the searchable texts of a product."""
    attributes = [[attribute.code, attribute.name, attribute.value] for attribute in product.attributes]
    return zlib.crc32(f"{product.name}\n{product.category_id}\n{attributes}\n{product.description}".encode())


def position_after(cursor_key: paging.Key, matches: search.Matches) -> Position | None:
    """The position after which a list continues; None for its start, if all products of the key were changed."""
    position, _ = _current_position(cursor_key, matches)
    return None if position == START else position


def position_before(cursor_key: paging.Key, matches: search.Matches) -> Position:
    """The position before which the previous page ends."""
    position, is_own = _current_position(cursor_key, matches)
    # The fallback product itself belongs to the previous page.
    return position if is_own or position == START else Position(position.values, position.product_id - 1)


def _current_position(cursor_key: paging.Key, matches: search.Matches) -> tuple[Position, bool]:
    """The current position of the first product of a key's trail that was not changed, and whether it is the key's own."""
    score, *_ = cursor_key
    trail = trail_of(cursor_key)
    products = recent.products_by_id([product_id for product_id, _ in trail], call_context.happened_at())
    for number, (product_id, checksum) in enumerate(trail):
        if product_id in products and _checksum(products[product_id]) == checksum:
            return Position((_score(product_id, matches),), product_id), number == 0
    return (START, False) if len(trail) < TRAIL else (Position((score,), trail[0][0]), True)


def _score(product_id: int, matches: search.Matches) -> int:
    is_in_names = product_id >= 0 and bool(matches.in_names >> product_id & 1)
    return matches.scores.get(product_id, int(is_in_names))
