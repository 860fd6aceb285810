"""The columns of exported and imported tables, and the conversion between rows and products."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from apps.catalog.admin import price_columns
from apps.catalog.admin.cells import InvalidCell, InvalidColumns
from apps.catalog.domain import products as rules
from apps.catalog.models import Category, Product, Trait
from idl import catalog
from thriftshop.rpc import sku_case

FIXED = ("sku", "name", "slug", "description", "category", "status")
SEPARATOR = " | "  # between several values of one trait; within a value, a bar is doubled
BATCH = 5_000
_BAR = re.compile(r"(?<!\|)\|(?!\|)")
_ATTRIBUTE = re.compile(r"attribute ([a-z0-9][a-z0-9_-]{0,49})", re.IGNORECASE)


def header(codes: Iterable[str]) -> list[str]:
    """The names of the columns, including one for each of these traits."""
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
            *(SEPARATOR.join(value.replace("|", "||") for value in values[code]) for code in codes),
        ]


def canonical_names(names: Sequence[str]) -> list[str]:
    """A file's column names in the spelling of exports. Raises InvalidColumns."""
    canonical = [_canonical_name(" ".join(name.split())) for name in names]
    repeated = {name for name in canonical if canonical.count(name) > 1}
    if repeated:
        raise InvalidColumns(f"The file has more than one column “{', '.join(sorted(repeated))}”.")
    if "sku" not in canonical:
        raise InvalidColumns(
            f"There is no column “sku”. The first row names the columns: {', '.join(header(['colour']))}."
        )
    return canonical


def _canonical_name(name: str) -> str:
    if name.lower() in FIXED:
        return name.lower()
    if price_column := price_columns.canonical_name(name):
        return price_column
    if match := _ATTRIBUTE.fullmatch(name):
        return f"attribute {match[1].lower()}"
    raise InvalidColumns(f"The column “{name[:60]}” is unknown. Possible columns: {', '.join(header(['colour']))}.")


class Reader:
    """Converts rows to inputs of the contract. Absent columns and empty prices do not change a product."""

    def __init__(self, names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.names = names
        self._first_rows: dict[str, int] = {}
        skus = [self.sku(row) for row in rows]
        self._products = {
            product.sku: product
            for start in range(0, len(skus), BATCH)
            for product in Product.objects.filter(sku__in=skus[start : start + BATCH])
        }
        self._categories: Mapping[str, str] = dict(Category.objects.values_list("slug", "id"))
        self._trait_names: Mapping[str, str] = dict(Trait.objects.values_list("code", "name"))

    def sku(self, row: Sequence[str]) -> str:
        """The SKU of a row; empty if it has none."""
        column = self.names.index("sku")
        return sku_case.canonical(row[column]) if len(row) > column else ""

    def read(self, number: int, row: Sequence[str]) -> catalog.ProductInput:
        """A row as an input; `number` is its row in the file. Raises InvalidCell, also if an earlier row has its SKU."""
        if any(row[len(self.names) :]):
            raise InvalidCell(f"the row has {len(row)} cells, but the file has {len(self.names)} columns")
        if (first := self._first_rows.setdefault(self.sku(row), number)) != number:
            raise InvalidCell(f"sku: row {first} has {self.sku(row)[:64]} too")
        cells = dict(zip(self.names, [*row, *[""] * (len(self.names) - len(row))], strict=False))
        cells["sku"] = self.sku(row)
        product = self._products.get(cells["sku"])
        return catalog.ProductInput(
            sku=cells["sku"],
            name=cells.get("name", product.name if product else ""),
            slug=cells.get("slug") or None,
            description=cells.get("description"),
            category_id=self._category(cells.get("category")),
            attributes=self._attributes(cells, product),
            prices=price_columns.prices(cells),
            status=_status(cells.get("status")),
            sales=price_columns.sales(cells),
        )

    def _category(self, slug: str | None) -> str | None:
        if not slug:
            return slug
        if slug not in self._categories:
            raise InvalidCell(f"category: there is no category with the slug {slug[:60]!r}")
        return self._categories[slug]

    def _attributes(self, cells: Mapping[str, str], product: Product | None) -> list[catalog.Attribute] | None:
        """The attributes in the columns of the file, and the product's attributes without a column."""
        texts = {name.removeprefix("attribute "): text for name, text in cells.items() if name.startswith("attribute ")}
        if not texts:
            return None
        existing = product.attributes if product else []
        unchanged = [trait for trait in existing if trait[0] not in texts]
        own_names = {code: name for code, name, _ in existing}
        imported = [
            (
                code,
                own_names.get(code) or self._trait_names.get(code) or code.replace("_", " ").capitalize(),
                value,
            )
            for code, text in texts.items()
            for value in _values(text)
        ]
        return [catalog.Attribute(code=code, name=name, value=value) for code, name, value in [*unchanged, *imported]]


def _values(text: str) -> list[str]:
    """The values of one trait in a cell."""
    return [value.strip().replace("||", "|") for value in _BAR.split(text) if value.strip()]


def _status(text: str | None) -> int | None:
    if not text:
        return None
    status = catalog.ProductStatus._NAMES_TO_VALUES.get(text.upper())
    if status is None:
        raise InvalidCell(f"status: {text[:40]!r} is not draft, published or archived")
    return int(status)
