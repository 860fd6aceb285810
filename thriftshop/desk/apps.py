"""Django's admin under its own label, with the desk as its site."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    """The admin; every `admin.site` is the desk."""

    default_site = "thriftshop.desk.site.Desk"
