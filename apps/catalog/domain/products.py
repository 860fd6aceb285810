"""What a product may be, what writing it makes of it, and how two states of it differ."""

import re
import unicodedata
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from apps.catalog.domain import slugs
from idl import catalog, common
from thriftshop import skus

LONGEST_NAME = 200
LONGEST_DESCRIPTION = 10_000
MOST_ATTRIBUTES = 50
RESERVED_CODES = frozenset({"category", "price"})  # the facets of these names are not traits
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")
_SHOWN = 60
# What no text may hold: controls but for tabs and line feeds, and halves of surrogate pairs.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BREAKS = re.compile("[\t\n\u2028\u2029]")


class Trait(NamedTuple):
    """One value of one trait."""

    code: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Details:
    """What is written about a product. `slug` is empty until one is made; `category_id` where it is in none."""

    name: str
    slug: str = ""
    description: str = ""
    category_id: str = ""
    traits: tuple[Trait, ...] = ()
    status: int = catalog.ProductStatus.DRAFT


def written(before: Details | None, wanted: catalog.ProductInput, categories: Container[str]) -> Details:
    """What a product becomes when this is written over it. Raises common.InvalidInput, naming the field."""
    old = before or Details(name="")
    skus.check(wanted.sku, "sku")
    return Details(
        name=line(wanted.name, "name", LONGEST_NAME),
        slug=slugs.checked(wanted.slug) if wanted.slug else old.slug,
        description=old.description if wanted.description is None else _description(wanted.description),
        category_id=old.category_id if wanted.category_id is None else _category(wanted.category_id, categories),
        traits=old.traits if wanted.attributes is None else _traits(wanted.attributes),
        status=_status(before, wanted.status),
    )


def line(text: str, field: str, longest: int, shortest: int = 1) -> str:
    """A line of text without space around it. Raises common.InvalidInput where it is too short, too long or not one line."""
    clean = unicodedata.normalize("NFC", text).strip()
    if not shortest <= len(clean) <= longest:
        raise common.InvalidInput(
            message=f"The {field} has {shortest} to {longest} characters, not {len(clean)}.", field=field
        )
    if _CONTROLS.search(clean) or _BREAKS.search(clean):
        raise common.InvalidInput(message=f"The {field} is one line, without control characters.", field=field)
    return clean


def _description(text: str) -> str:
    clean = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(clean) > LONGEST_DESCRIPTION:
        raise common.InvalidInput(
            message=f"The description has up to {LONGEST_DESCRIPTION} characters, not {len(clean)}.",
            field="description",
        )
    if _CONTROLS.search(clean):
        raise common.InvalidInput(
            message="The description is plain text, without control characters.", field="description"
        )
    return clean


def _category(category_id: str, categories: Container[str]) -> str:
    if category_id and category_id not in categories:
        raise common.InvalidInput(message=f"There is no category {category_id[:_SHOWN]!r}.", field="category_id")
    return category_id


def _traits(attributes: list[catalog.Attribute]) -> tuple[Trait, ...]:
    if len(attributes) > MOST_ATTRIBUTES:
        raise common.InvalidInput(
            message=f"A product has up to {MOST_ATTRIBUTES} attributes, not {len(attributes)}.", field="attributes"
        )
    return tuple(sorted({_trait(one) for one in attributes}, key=lambda trait: (trait.name, trait.code, trait.value)))


def _trait(attribute: catalog.Attribute) -> Trait:
    if not _CODE.fullmatch(attribute.code) or attribute.code in RESERVED_CODES:
        raise common.InvalidInput(
            message=f"{attribute.code[:_SHOWN]!r} is no code of a trait: it has 1 to 50 of a-z 0-9 _ and -,"
            f" and is not {' or '.join(sorted(RESERVED_CODES))}.",
            field="attributes.code",
        )
    return Trait(
        attribute.code, line(attribute.name, "attributes.name", 100), line(attribute.value, "attributes.value", 200)
    )


def _status(before: Details | None, wanted: int | None) -> int:
    draft: int = catalog.ProductStatus.DRAFT
    if wanted is None:
        return before.status if before else draft
    if wanted == draft and before is not None and before.status != draft:
        raise common.InvalidInput(
            message="What was on sale is not a draft again; archive it to take it off sale.", field="status"
        )
    return wanted


def differences(before: Details | None, after: Details, category_names: Mapping[str, str]) -> list[str]:
    """What changed, as `field: before -> after`, in the order of the fields."""
    old = before or Details(name="", status=0)
    pairs = [
        ("name", old.name, after.name),
        ("slug", old.slug, after.slug),
        ("description", old.description, after.description),
        ("category", category_names.get(old.category_id, ""), category_names.get(after.category_id, "")),
        *_trait_pairs(old.traits, after.traits),
        ("status", status_name(old.status), status_name(after.status)),
    ]
    return [difference(*pair) for pair in pairs if pair[1] != pair[2]]


def _trait_pairs(before: tuple[Trait, ...], after: tuple[Trait, ...]) -> list[tuple[str, str, str]]:
    pairs = []
    for code in dict.fromkeys(trait.code for trait in (*before, *after)):
        old, new = (tuple(trait for trait in traits if trait.code == code) for traits in (before, after))
        # A trait may be renamed with its values left as they are: then the names are what differs.
        renamed = [trait.value for trait in old] == [trait.value for trait in new]
        was, now = (", ".join(trait.name if renamed else trait.value for trait in traits) for traits in (old, new))
        pairs.append((f"attributes.{code}", was, now))
    return pairs


def difference(field: str, before: str, after: str) -> str:
    """One difference for people: `name: Oak chest -> Elm chest`."""
    return f"{field}: {_short(before)} -> {_short(after)}"


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return (flat if len(flat) <= _SHOWN else flat[: _SHOWN - 1] + "…") or "nothing"


def status_name(status: int) -> str:
    """A status for people: `published`; empty where there is none."""
    return str(catalog.ProductStatus._VALUES_TO_NAMES.get(status, "")).lower()


def with_slug(details: Details, slug: str) -> Details:
    """The same with another name in addresses."""
    return replace(details, slug=slug)


def but_for_status(details: Details) -> Details:
    """The same, as if it were a draft: to tell a change of status from one of what is written."""
    return replace(details, status=catalog.ProductStatus.DRAFT)
