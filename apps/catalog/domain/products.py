"""The rules of products: valid details, the result of writing a product, and differences between two states."""

import re
import unicodedata
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from apps.catalog.domain import slugs
from idl import catalog, common
from thriftshop import skus

MAX_NAME_LENGTH = 200
MAX_DESCRIPTION_LENGTH = 10_000
MAX_ATTRIBUTES = 50
RESERVED_CODES = frozenset({"category", "price"})  # the facets of these names are not traits
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")
_SHOWN = 60
# Not allowed in any text: control characters except tabs and line feeds, and unpaired surrogates.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BREAKS = re.compile("[\t\n\u2028\u2029]")


class Trait(NamedTuple):
    """One value of one trait."""

    code: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Details:
    """The details of a product. `slug` is empty until one is generated, `category_id` without a category."""

    name: str
    slug: str = ""
    description: str = ""
    category_id: str = ""
    traits: tuple[Trait, ...] = ()
    status: int = catalog.ProductStatus.DRAFT


def written(before: Details | None, change: catalog.ProductInput, categories: Container[str]) -> Details:
    """The details after an input was written; fields that are absent stay. Raises common.InvalidInput with the field."""
    old = before or Details(name="")
    skus.check(change.sku, "sku")
    return Details(
        name=line(change.name, "name", MAX_NAME_LENGTH),
        slug=slugs.checked(change.slug) if change.slug else old.slug,
        description=old.description if change.description is None else _description(change.description),
        category_id=old.category_id if change.category_id is None else _category(change.category_id, categories),
        traits=old.traits if change.attributes is None else _traits(change.attributes),
        status=_status(before, change.status),
    )


def line(text: str, field: str, max_length: int, min_length: int = 1) -> str:
    """A stripped line of text. Raises common.InvalidInput if it is too short, too long or has line breaks."""
    clean = unicodedata.normalize("NFC", text).strip()
    if not min_length <= len(clean) <= max_length:
        raise common.InvalidInput(
            message=f"The {field} has {min_length} to {max_length} characters, not {len(clean)}.", field=field
        )
    if _CONTROLS.search(clean) or _BREAKS.search(clean):
        raise common.InvalidInput(message=f"The {field} is one line, without control characters.", field=field)
    return clean


def _description(text: str) -> str:
    clean = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(clean) > MAX_DESCRIPTION_LENGTH:
        raise common.InvalidInput(
            message=f"The description has up to {MAX_DESCRIPTION_LENGTH} characters, not {len(clean)}.",
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
    if len(attributes) > MAX_ATTRIBUTES:
        raise common.InvalidInput(
            message=f"A product has up to {MAX_ATTRIBUTES} attributes, not {len(attributes)}.", field="attributes"
        )
    return tuple(
        sorted({_trait(attribute) for attribute in attributes}, key=lambda trait: (trait.name, trait.code, trait.value))
    )


def _trait(attribute: catalog.Attribute) -> Trait:
    if not _CODE.fullmatch(attribute.code) or attribute.code in RESERVED_CODES:
        raise common.InvalidInput(
            message=f"{attribute.code[:_SHOWN]!r} is not a valid attribute code: use 1 to 50 of a-z 0-9 _ and -,"
            f" but not {' or '.join(sorted(RESERVED_CODES))}.",
            field="attributes.code",
        )
    return Trait(
        attribute.code, line(attribute.name, "attributes.name", 100), line(attribute.value, "attributes.value", 200)
    )


def _status(before: Details | None, status: int | None) -> int:
    draft: int = catalog.ProductStatus.DRAFT
    if status is None:
        return before.status if before else draft
    if status == draft and before is not None and before.status != draft:
        raise common.InvalidInput(
            message="A product that was on sale cannot become a draft again. Archive it to take it off sale.",
            field="status",
        )
    return status


def differences(before: Details | None, after: Details, category_names: Mapping[str, str]) -> list[str]:
    """The changes as `field: before -> after`, in the order of the fields."""
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
        # If only the name of the trait changed, the names are compared.
        is_renamed = [trait.value for trait in old] == [trait.value for trait in new]
        old_text, new_text = (
            ", ".join(trait.name if is_renamed else trait.value for trait in traits) for traits in (old, new)
        )
        pairs.append((f"attributes.{code}", old_text, new_text))
    return pairs


def difference(field: str, before: str, after: str) -> str:
    """A difference as text: `name: Oak chest -> Elm chest`."""
    return f"{field}: {_short(before)} -> {_short(after)}"


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return (flat if len(flat) <= _SHOWN else flat[: _SHOWN - 1] + "…") or "nothing"


def status_name(status: int) -> str:
    """A status as text: `published`; empty for an unknown one."""
    return str(catalog.ProductStatus._VALUES_TO_NAMES.get(status, "")).lower()


def with_slug(details: Details, slug: str) -> Details:
    """The details with another slug."""
    return replace(details, slug=slug)


def without_status(details: Details) -> Details:
    """The details with the status of a draft, to compare them apart from the status."""
    return replace(details, status=catalog.ProductStatus.DRAFT)
