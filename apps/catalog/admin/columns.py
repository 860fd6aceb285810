"""The columns of an exported or imported table, and what a row says about a product."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from apps.catalog.admin import price_columns
from apps.catalog.admin.cells import WrongCell, WrongColumns
from apps.catalog.domain import products as rules
from apps.catalog.models import Category, Product, Trait
from idl import catalog
from thriftshop.rpc import sku_case

FIXED = ("sku", "name", "slug", "description", "category", "status")
BETWEEN = " | "  # between several values of one trait; within a value, a bar is doubled
_BAR = re.compile(r"(?<!\|)\|(?!\|)")
_ATTRIBUTE = re.compile(r"attribute ([a-z0-9][a-z0-9_-]{0,49})", re.IGNORECASE)


def header(codes: Iterable[str]) -> list[str]:
    """The names of the columns, with one for each of these traits."""
    return [*FIXED, *price_columns.header(), *(f"attribute {code}" for code in codes)]


def rows_of(products: Sequence[Product], codes: Sequence[str]) -> Iterator[list[str]]:
    """Products as rows under `header(codes)`."""
    slugs = dict(Category.objects.values_list("id", "slug"))
    prices = price_columns.texts([product.id for product in products])
    for product in products:
        values = defaultdict(list)
        for code, _, value in product.attributes:
            values[code].append(value)
        yield [
            product.sku,
            product.name,
            product.slug,
            product.description,
            slugs.get(product.category_id or "", ""),
            rules.status_name(product.status),
            *prices[product.id],
            *(BETWEEN.join(value.replace("|", "||") for value in values[code]) for code in codes),
        ]


def checked(names: Sequence[str]) -> list[str]:
    """The names of a file's columns in the form that they are exported in. Raises WrongColumns."""
    found = [_checked_name(" ".join(name.split())) for name in names]
    twice = {name for name in found if found.count(name) > 1}
    if twice:
        raise WrongColumns(f"The column {', '.join(sorted(twice))} stands twice.")
    if "sku" not in found:
        raise WrongColumns(
            f"There is no column “sku”. The first row names the columns: {', '.join(header(['colour']))}."
        )
    return found


def _checked_name(name: str) -> str:
    if name.lower() in FIXED:
        return name.lower()
    if price_column := price_columns.checked_name(name):
        return price_column
    if match := _ATTRIBUTE.fullmatch(name):
        return f"attribute {match[1].lower()}"
    raise WrongColumns(f"The column “{name[:60]}” is not known. Columns are: {', '.join(header(['colour']))}.")


class Reader:
    """Makes rows into what the contract takes: absent columns and empty prices leave a product as it is."""

    def __init__(self, names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.names = names
        self._first: dict[str, int] = {}
        skus = [self.sku(row) for row in rows]
        known = [
            product
            for start in range(0, len(skus), 5000)
            for product in Product.objects.filter(sku__in=skus[start : start + 5000])
        ]
        self._known = {product.sku: product for product in known}
        self._categories: Mapping[str, str] = dict(Category.objects.values_list("slug", "id"))
        self._trait_names: Mapping[str, str] = dict(Trait.objects.values_list("code", "name"))

    def sku(self, row: Sequence[str]) -> str:
        """The SKU of a row; empty where it has none."""
        place = self.names.index("sku")
        return sku_case.canonical(row[place]) if len(row) > place else ""

    def read(self, number: int, row: Sequence[str]) -> catalog.ProductInput:
        """A row, by its number in the file, as a line to write. Raises WrongCell, also for a SKU that an earlier row has."""
        if any(row[len(self.names) :]):
            raise WrongCell(f"the row has {len(row)} cells, for {len(self.names)} columns")
        if (first := self._first.setdefault(self.sku(row), number)) != number:
            raise WrongCell(f"sku: row {first} is of {self.sku(row)[:64]} already")
        cells = dict(zip(self.names, [*row, *[""] * (len(self.names) - len(row))], strict=False))
        cells["sku"] = self.sku(row)
        known = self._known.get(cells["sku"])
        return catalog.ProductInput(
            sku=cells["sku"],
            name=cells.get("name", known.name if known else ""),
            slug=cells.get("slug") or None,
            description=cells.get("description"),
            category_id=self._category(cells.get("category")),
            attributes=self._attributes(cells, known),
            prices=price_columns.prices(cells),
            status=_status(cells.get("status")),
            sales=price_columns.sales(cells),
        )

    def _category(self, slug: str | None) -> str | None:
        if not slug:
            return slug
        if slug not in self._categories:
            raise WrongCell(f"category: there is none with the address {slug[:60]!r}")
        return self._categories[slug]

    def _attributes(self, cells: Mapping[str, str], known: Product | None) -> list[catalog.Attribute] | None:
        """The traits of the columns that there are, beside those that the product has of others."""
        given = {name.removeprefix("attribute "): text for name, text in cells.items() if name.startswith("attribute ")}
        if not given:
            return None
        old = [trait for trait in (known.attributes if known else []) if trait[0] not in given]
        own_names = {code: name for code, name, _ in (known.attributes if known else [])}
        new = [
            (
                code,
                own_names.get(code) or self._trait_names.get(code) or code.replace("_", " ").capitalize(),
                value,
            )
            for code, text in given.items()
            for value in _values(text)
        ]
        return [catalog.Attribute(code=code, name=name, value=value) for code, name, value in [*old, *new]]


def _values(text: str) -> list[str]:
    """The values of one trait in a cell."""
    return [value.strip().replace("||", "|") for value in _BAR.split(text) if value.strip()]


def _status(text: str | None) -> int | None:
    if not text:
        return None
    found = catalog.ProductStatus._NAMES_TO_VALUES.get(text.upper())
    if found is None:
        raise WrongCell(f"status: {text[:40]!r} is none of draft, published, archived")
    return int(found)
