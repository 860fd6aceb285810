"""The forms in which staff describe, price and arrange what the shop sells."""

from typing import Any

from django import forms
from django.conf import settings

from apps.catalog.admin import price_forms
from apps.catalog.domain import pictures
from apps.catalog.models import Category, Product
from idl import catalog, common
from thriftshop import money
from thriftshop.rpc import sku_case

STATUSES = [
    (catalog.ProductStatus.DRAFT, "Draft: staff alone see it"),
    (catalog.ProductStatus.PUBLISHED, "Published: on sale"),
    (catalog.ProductStatus.ARCHIVED, "Archived: off sale for good"),
]
TEXT = price_forms.TEXT


def category_choices(nothing: str) -> list[tuple[str, str]]:
    """The tree as choices, each level further in."""
    return [("", nothing), *((one.id, "\u2003" * one.depth + one.name) for one in Category.objects.tree())]


class ProductForm(forms.Form):
    """What is written about a product, and its prices from now on."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    sku = forms.CharField(label="SKU", max_length=64, widget=forms.TextInput(attrs=TEXT))
    name = forms.CharField(label="Name", max_length=200, widget=forms.TextInput(attrs=TEXT))
    slug = forms.CharField(
        label="Name in addresses",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs=TEXT),
        help_text="Small letters, digits and hyphens; made from the name where left out.",
    )
    description = forms.CharField(
        label="Description",
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 7, "class": "vLargeTextField"}),
    )
    category = forms.ChoiceField(label="Category", required=False)
    status = forms.TypedChoiceField(label="Status", choices=STATUSES, coerce=int)

    def __init__(self, *args: Any, product: Product | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.product = product
        self.fields["category"] = forms.ChoiceField(
            label="Category", required=False, choices=category_choices("(none)")
        )
        for currency in settings.CURRENCIES:
            # Only a price that was typed is set: one that came into force meanwhile is not undone by looking at the form.
            self.fields[f"price_{currency}"] = price_forms.money_field(
                f"Price in {currency}", currency, required=False, show_hidden_initial=True
            )
        if product is not None:
            self.fields["sku"].disabled = True

    def clean_sku(self) -> str:
        """The SKU. Refuses one that is taken, when a product is added."""
        sku = sku_case.canonical(self.cleaned_data["sku"])
        if self.product is None and Product.objects.filter(sku=sku).exists():
            raise forms.ValidationError("There is a product of this SKU already; change that one instead.")
        return sku

    def clean(self) -> dict[str, Any]:
        """Refuses that a price is taken away."""
        given: dict[str, Any] = self.cleaned_data
        for name in self.changed_data:
            if name.startswith("price_") and name in given and given[name] is None:
                self.add_error(name, "A price holds until another takes its place; archive what is not to be sold.")
        return given

    def to_input(self, attributes: list[catalog.Attribute]) -> catalog.ProductInput:
        """The line that the contract takes."""
        given = self.cleaned_data
        prices = {
            currency: given[f"price_{currency}"]
            for currency in settings.CURRENCIES
            if f"price_{currency}" in self.changed_data
        }
        return catalog.ProductInput(
            sku=given["sku"],
            name=given["name"],
            slug=given["slug"] or None,
            description=given["description"],
            category_id=given["category"],
            attributes=attributes,
            prices=[
                common.Money(amount=money.parse(amount, currency), currency=currency)
                for currency, amount in prices.items()
                if amount is not None
            ],
            status=given["status"],
            version=given["version"] if self.product is not None else 0,
        )

    @property
    def described(self) -> list[forms.BoundField]:
        """The fields that describe."""
        return [self[name] for name in ("sku", "name", "slug", "description", "category", "status")]

    @property
    def priced(self) -> list[forms.BoundField]:
        """The fields that price."""
        return [self[f"price_{currency}"] for currency in settings.CURRENCIES]


def initial_of(product: Product, regular: dict[str, int]) -> dict[str, Any]:
    """What a product's form starts with; its regular prices by currency."""
    return {
        "version": product.version,
        "sku": product.sku,
        "name": product.name,
        "slug": product.slug,
        "description": product.description,
        "category": product.category_id or "",
        "status": product.status,
        **{f"price_{currency}": money.decimal_text(amount, currency) for currency, amount in regular.items()},
    }


class AttributeForm(forms.Form):
    """One value of one trait; an empty line is none."""

    code = forms.CharField(max_length=50, required=False, widget=forms.TextInput(attrs=TEXT))
    name = forms.CharField(max_length=100, required=False, widget=forms.TextInput(attrs=TEXT))
    value = forms.CharField(max_length=200, required=False, widget=forms.TextInput(attrs=TEXT))

    def clean(self) -> dict[str, Any]:
        """Refuses a line that is half filled in; a name is made from the code where it is left out."""
        given: dict[str, Any] = self.cleaned_data
        if bool(given.get("code")) != bool(given.get("value")):
            raise forms.ValidationError("An attribute needs a code and a value.")
        if given.get("code") and not given.get("name"):
            given["name"] = given["code"].replace("_", " ").replace("-", " ").capitalize()
        return given


def attribute_forms(data: Any, product: Product | None) -> Any:
    """A line for each trait of a product, and three empty ones."""
    made: Any = forms.formset_factory(AttributeForm, extra=3, max_num=53, absolute_max=60)
    initial = (
        [dict(zip(("code", "name", "value"), trait, strict=True)) for trait in product.attributes] if product else []
    )
    lines = made(data, initial=initial, prefix="attributes")
    for number, form in enumerate(lines.forms, start=1):
        for name, field in form.fields.items():
            field.widget.attrs["aria-label"] = f"{name.capitalize()} of attribute {number}"
    return lines


def attributes_of(lines: Any) -> list[catalog.Attribute]:
    """The traits that were filled in."""
    return [catalog.Attribute(**form.cleaned_data) for form in lines.forms if form.cleaned_data.get("code")]


class PictureForm(forms.Form):
    """A picture to add."""

    file = forms.FileField(label="Picture", help_text="PNG, JPEG, WebP or SVG; 5 MiB at most.")
    alt = forms.CharField(
        label="What it shows",
        max_length=300,
        widget=forms.TextInput(attrs=TEXT),
        help_text="For those who do not see it.",
    )

    def clean_file(self) -> Any:
        """The file. Refuses one that is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > pictures.MAX_BYTES:
            most = pictures.MAX_BYTES // 1024 // 1024
            raise forms.ValidationError(f"A picture has up to {most} MiB; this has {file.size:,} bytes.")
        return file


class CategoryForm(forms.Form):
    """A category of the tree."""

    name = forms.CharField(label="Name", max_length=100, widget=forms.TextInput(attrs=TEXT))
    slug = forms.CharField(
        label="Name in addresses",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs=TEXT),
        help_text="Small letters, digits and hyphens; made from the name where left out.",
    )
    description = forms.CharField(
        label="Description",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    )
    parent = forms.ChoiceField(label="Stands below", required=False)

    def __init__(self, *args: Any, category: Category | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        itself = {category.id, *Category.objects.below(category).values_list("id", flat=True)} if category else set()
        choices = [choice for choice in category_choices("(nothing: a root)") if choice[0] not in itself]
        self.fields["parent"] = forms.ChoiceField(label="Stands below", required=False, choices=choices)

    def to_input(self) -> catalog.CategoryInput:
        """The category that the contract takes."""
        given = self.cleaned_data
        return catalog.CategoryInput(
            name=given["name"],
            slug=given["slug"] or None,
            description=given["description"],
            parent_id=given["parent"] or None,
        )
