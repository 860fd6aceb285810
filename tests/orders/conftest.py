"""Fixtures for the orders' tests: staff in the admin, and interruptions of the saga."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from tests.orders.interruptions import Interruptions


@pytest.fixture
def interruptions(monkeypatch):
    return Interruptions(monkeypatch)


@pytest.fixture
def staff():
    """A superuser."""
    return get_user_model().objects.create_superuser(email="boss@shop.example")


@pytest.fixture
def admin(client, staff):
    """A client in which the superuser is logged in."""
    client.force_login(staff)
    return client


@pytest.fixture
def reader(client):
    """A client of staff with view permissions only."""
    user = get_user_model().objects.create_user(email="reader@shop.example")
    user.is_staff = True
    user.save()
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="orders", codename__startswith="view"))
    client.force_login(user)
    return client
