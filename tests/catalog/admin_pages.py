"""Helpers for the catalog's admin pages in tests."""

from apps.catalog.models import Product

LIST = "/admin/catalog/product/"


def page(sku):
    """The address of a product's page."""
    return f"{LIST}{Product.objects.get(sku=sku).pk}/change/"


def form_of(desk, address):
    """The data that a browser would submit for the unchanged form of a page."""
    context = desk.get(address).context
    form, lines = context["form"], context["lines"]
    fields = {field.html_name: field.value() for field in form} | {
        field.html_name: field.value() for line in [*lines, lines.management_form] for field in line
    }
    return {name: "" if value is None else value for name, value in fields.items()}


def problems(response):
    """The errors of a page's form."""
    return " ".join(str(error) for error in response.context["form"].errors.values())


def messages(response):
    """The messages of a page."""
    return " ".join(str(message) for message in response.context["messages"])


def run_action(desk, action, *skus):
    """Run an action on products selected in the list."""
    ids = Product.objects.filter(sku__in=skus).values_list("pk", flat=True)
    return desk.post(LIST, {"action": action, "_selected_action": list(ids)}, follow=True)
