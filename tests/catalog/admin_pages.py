"""Helpers for the catalog's admin pages in tests."""

from apps.catalog.models import Product

LIST = "/admin/catalog/product/"


def page(sku):
    """The address of a product's page."""
    return f"{LIST}{Product.objects.get(sku=sku).pk}/change/"


def form_of(desk, address):
    """What a browser would send for the form of a page, untouched."""
    context = desk.get(address).context
    form, lines = context["form"], context["lines"]
    fields = {field.html_name: field.value() for field in form} | {
        field.html_name: field.value() for line in [*lines, lines.management_form] for field in line
    }
    return {name: "" if value is None else value for name, value in fields.items()}


def problems(answer):
    """What a page's form complains of."""
    return " ".join(str(error) for error in answer.context["form"].errors.values())


def said(answer):
    """What a page tells at its top."""
    return " ".join(str(message) for message in answer.context["messages"])


def act(desk, action, *skus):
    """Takes an action on products chosen in the list."""
    chosen = Product.objects.filter(sku__in=skus).values_list("pk", flat=True)
    return desk.post(LIST, {"action": action, "_selected_action": list(chosen)}, follow=True)
