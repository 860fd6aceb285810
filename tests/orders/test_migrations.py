"""The migration that renames the e-mails' model in a shop that has groups of staff already."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from apps.orders.models import Email
from tests.users import people

PREVIOUS = "0006_rename_fields"


@pytest.fixture
def previous_version(transactional_db):
    """A database of the previous version: its model is `Letter`."""
    call_command("migrate", "orders", PREVIOUS, verbosity=0)
    Permission.objects.filter(content_type__app_label="orders", codename__endswith="_email").delete()
    yield Permission.objects.get(content_type__app_label="orders", codename="view_letter")
    call_command("migrate", "orders", verbosity=0)


def test_groups_and_users_keep_their_permission_to_view_emails(previous_version):
    Group.objects.create(name="Readers").permissions.add(previous_version)
    reader, colleague = (people.a_user(f"{name}@example.com", is_staff=True) for name in ("reader", "colleague"))
    reader.groups.set([Group.objects.get(name="Readers")])
    colleague.user_permissions.add(previous_version)
    call_command("migrate", "orders", verbosity=0)
    for user in (reader, colleague):
        assert {"orders.view_letter", "orders.view_email"} <= user.get_all_permissions()


def test_emails_sent_by_the_previous_version_are_kept(previous_version):
    Email.objects.create(order_id="o1", kind="OrderShipped", version=3)
    call_command("migrate", "orders", verbosity=0)
    assert Email.objects.get().order_id == "o1"
