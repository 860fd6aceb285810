"""The forms for products, their pictures and categories."""

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
    (catalog.ProductStatus.DRAFT, "Draft: visible to staff only"),
    (catalog.ProductStatus.PUBLISHED, "Published: on sale"),
    (catalog.ProductStatus.ARCHIVED, "Archived: no longer on sale"),
]
TEXT = price_forms.TEXT


def category_choices(empty_label: str) -> list[tuple[str, str]]:
    """The tree as choices, indented by level."""
    return [
        ("", empty_label),
        *((category.id, "\u2003" * category.depth + category.name) for category in Category.objects.tree()),
    ]


class ProductForm(forms.Form):
    """The details of a product, and its prices from now on."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    sku = forms.CharField(label="SKU", max_length=64, widget=forms.TextInput(attrs=TEXT))
    name = forms.CharField(label="Name", max_length=200, widget=forms.TextInput(attrs=TEXT))
    slug = forms.CharField(
        label="Slug",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs=TEXT),
        help_text="For addresses: lower-case letters, digits and hyphens. Generated from the name if empty.",
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
            # Only an edited price is set, so that saving the form does not revert a price that came into force meanwhile.
            self.fields[f"price_{currency}"] = price_forms.money_field(
                f"Price in {currency}", currency, required=False, show_hidden_initial=True
            )
        if product is not None:
            self.fields["sku"].disabled = True

    def clean_sku(self) -> str:
        """Reject the SKU of another product when a product is added."""
        sku = sku_case.canonical(self.cleaned_data["sku"])
        if self.product is None and Product.objects.filter(sku=sku).exists():
            raise forms.ValidationError("A product with this SKU already exists. Change that one instead.")
        return sku

    def clean(self) -> dict[str, Any]:
        """Reject the removal of a price."""
        data: dict[str, Any] = self.cleaned_data
        for name in self.changed_data:
            if name.startswith("price_") and name in data and data[name] is None:
                self.add_error(name, "A price cannot be removed. Set another price, or archive the product.")
        return data

    def to_input(self, attributes: list[catalog.Attribute]) -> catalog.ProductInput:
        """The input for `put_products`."""
        data = self.cleaned_data
        return catalog.ProductInput(
            sku=data["sku"],
            name=data["name"],
            slug=data["slug"] or None,
            description=data["description"],
            category_id=data["category"],
            attributes=attributes,
            prices=self._changed_prices(),
            status=data["status"],
            version=data["version"] if self.product is not None else 0,
        )

    def _changed_prices(self) -> list[common.Money]:
        changed = [currency for currency in settings.CURRENCIES if f"price_{currency}" in self.changed_data]
        amounts = {currency: self.cleaned_data[f"price_{currency}"] for currency in changed}
        return [
            common.Money(amount=money.parse(amount, currency), currency=currency)
            for currency, amount in amounts.items()
            if amount is not None
        ]

    @property
    def detail_fields(self) -> list[forms.BoundField]:
        """The fields of the details."""
        return [self[name] for name in ("sku", "name", "slug", "description", "category", "status")]

    @property
    def price_fields(self) -> list[forms.BoundField]:
        """The fields of the prices."""
        return [self[f"price_{currency}"] for currency in settings.CURRENCIES]


def initial_of(product: Product, regular: dict[str, int]) -> dict[str, Any]:
    """The initial data of a product's form, with its regular prices by currency."""
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
    """One value of one attribute; an empty line is ignored."""

    code = forms.CharField(max_length=50, required=False, widget=forms.TextInput(attrs=TEXT))
    name = forms.CharField(max_length=100, required=False, widget=forms.TextInput(attrs=TEXT))
    value = forms.CharField(max_length=200, required=False, widget=forms.TextInput(attrs=TEXT))

    def clean(self) -> dict[str, Any]:
        """Reject an incomplete line, and generate a missing name from the code."""
        data: dict[str, Any] = self.cleaned_data
        if bool(data.get("code")) != bool(data.get("value")):
            raise forms.ValidationError("An attribute needs a code and a value.")
        if data.get("code") and not data.get("name"):
            data["name"] = data["code"].replace("_", " ").replace("-", " ").capitalize()
        return data


def attribute_forms(data: Any, product: Product | None) -> Any:
    """A formset with a line for each attribute of a product, and three empty ones."""
    formset: Any = forms.formset_factory(AttributeForm, extra=3, max_num=53, absolute_max=60)
    initial = (
        [dict(zip(("code", "name", "value"), trait, strict=True)) for trait in product.attributes] if product else []
    )
    lines = formset(data, initial=initial, prefix="attributes")
    for number, form in enumerate(lines.forms, start=1):
        for name, field in form.fields.items():
            field.widget.attrs["aria-label"] = f"{name.capitalize()} of attribute {number}"
    return lines


def attributes_of(lines: Any) -> list[catalog.Attribute]:
    """The attributes of the lines that are not empty."""
    return [catalog.Attribute(**form.cleaned_data) for form in lines.forms if form.cleaned_data.get("code")]


class PictureForm(forms.Form):
    """A picture to add."""

    file = forms.FileField(label="Picture", help_text="PNG, JPEG, WebP or SVG; at most 5 MiB.")
    alt = forms.CharField(
        label="Alternative text",
        max_length=300,
        widget=forms.TextInput(attrs=TEXT),
        help_text="Describes the picture to people who cannot see it.",
    )

    def clean_file(self) -> Any:
        """Reject a file that is too large, before it is read."""
        file = self.cleaned_data["file"]
        if file.size > pictures.MAX_BYTES:
            max_mib = pictures.MAX_BYTES // 1024 // 1024
            raise forms.ValidationError(f"A picture has up to {max_mib} MiB; this has {file.size:,} bytes.")
        return file


class CategoryForm(forms.Form):
    """A category."""

    name = forms.CharField(label="Name", max_length=100, widget=forms.TextInput(attrs=TEXT))
    slug = forms.CharField(
        label="Slug",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs=TEXT),
        help_text="For addresses: lower-case letters, digits and hyphens. Generated from the name if empty.",
    )
    description = forms.CharField(
        label="Description",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    )
    parent = forms.ChoiceField(label="Parent category", required=False)

    def __init__(self, *args: Any, category: Category | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        subtree = {category.id, *Category.objects.below(category).values_list("id", flat=True)} if category else set()
        choices = [choice for choice in category_choices("(none: a root category)") if choice[0] not in subtree]
        self.fields["parent"] = forms.ChoiceField(label="Parent category", required=False, choices=choices)

    def to_input(self) -> catalog.CategoryInput:
        """The input for `put_category`."""
        data = self.cleaned_data
        return catalog.CategoryInput(
            name=data["name"],
            slug=data["slug"] or None,
            description=data["description"],
            parent_id=data["parent"] or None,
        )
