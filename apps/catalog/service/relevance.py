"""The order of a search: the best matches first, and how a page goes on although every change shifts all scores a little.

How well a product matches depends on how common the words are in the whole catalog. Therefore a cursor does not go by the
score that its product had, but by the one that it has now; and for the case that the product itself was rewritten, it knows
the products right before it.
"""

import zlib
from collections.abc import Mapping, Sequence

from apps.catalog.domain import bitmaps
from apps.catalog.models import Product, search
from apps.catalog.service import ordering
from apps.catalog.service.ordering import Asked, Found
from thriftshop import paging

# So many products a cursor knows: its own, then those right before it; each by its id and a checksum of its words.
TRAIL = 5
BEFORE_ALL = Found((paging.MAX_NUMBER,), 0)

Trail = tuple[tuple[int, int], ...]


def by_relevance(asked: Asked) -> list[Found]:
    """By score; of equals, and of what is not told apart, what was written last is the highest."""
    matches = asked.selection.matches or search.Matches(0, 0, {})
    packed = bitmaps.as_bytes(asked.left)
    scored = {product_id: score for product_id, score in matches.scores.items() if bitmaps.has(packed, product_id)}
    others = asked.left & ~bitmaps.of(scored)
    tiers = ((1, others & matches.in_names), (0, others & ~matches.in_names))
    ranked = ordering.chosen((Found((score,), product_id) for product_id, score in scored.items()), asked)
    found = ranked if asked.falling else []
    for score, tier in tiers if asked.falling else tiers[::-1]:
        found += _of_tier(score, tier, asked, asked.most - len(found))
    return found if asked.falling else (found + ranked)[: asked.most]


def _of_tier(score: int, tier: bitmaps.Bits, asked: Asked, most: int) -> list[Found]:
    if asked.low is not None:
        low = asked.low.place[0]
        tier = tier if low < score else bitmaps.above(tier, asked.low.product_id) if low == score else 0
    if asked.high is not None:
        high = asked.high.place[0]
        tier = tier if high > score else bitmaps.under(tier, asked.high.product_id) if high == score else 0
    places = bitmaps.last_places(tier, most) if asked.falling else bitmaps.places(tier, most)
    return [Found((score,), product_id) for product_id in places]


def key(found: Found, trail: Trail) -> paging.Key:
    """The key of a product whose trail this is."""
    return (*found.place, *(value for pair in trail for value in pair))


def trail_of(key_: paging.Key | None) -> Trail:
    """The trail that a key holds."""
    return () if key_ is None else tuple(zip(key_[1::2], key_[2::2], strict=False))


def trails(found: Sequence[Found], rows: Mapping[int, Product], before: Trail) -> list[Trail]:
    """The trails of products that follow each other, after those of `before`."""
    made, trail = [], before
    for one in found:
        row = rows.get(one.product_id)
        trail = ((one.product_id, _checksum(row) if row else 0), *trail)[:TRAIL]
        made.append(trail)
    return made


def _checksum(row: Product) -> int:
    """Tells whether what is searched in a product has changed."""
    return zlib.crc32(f"{row.name}\n{row.category_id}\n{row.attributes}\n{row.description}".encode())


def followed_from(key_: paging.Key, matches: search.Matches) -> Found | None:
    """The place after which a list continues; None to start at the beginning, if all products of the key were changed."""
    place, _ = _place(key_, matches)
    return None if place == BEFORE_ALL else place


def preceded_until(key_: paging.Key, matches: search.Matches) -> Found:
    """The place before which the previous page ends."""
    place, is_own = _place(key_, matches)
    # What stands right before it precedes it too.
    return place if is_own or place == BEFORE_ALL else Found(place.place, place.product_id - 1)


def _place(key_: paging.Key, matches: search.Matches) -> tuple[Found, bool]:
    """The place, now, of the first product of a key's trail that was not rewritten, and whether it is the key's own."""
    score, *_ = key_
    trail = trail_of(key_)
    rows = Product.objects.in_bulk([product_id for product_id, _ in trail])
    for number, (product_id, checksum) in enumerate(trail):
        if product_id in rows and _checksum(rows[product_id]) == checksum:
            return Found((_score(product_id, matches),), product_id), number == 0
    return (BEFORE_ALL, False) if len(trail) < TRAIL else (Found((score,), trail[0][0]), True)


def _score(product_id: int, matches: search.Matches) -> int:
    listed = product_id >= 0 and bool(matches.in_names >> product_id & 1)
    return matches.scores.get(product_id, int(listed))
