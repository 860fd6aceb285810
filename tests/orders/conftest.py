"""Fixtures for the orders' tests: the staff at their desk, and a saga that can be stopped."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from tests.orders.stopping import Stops


@pytest.fixture
def stops(monkeypatch):
    return Stops(monkeypatch)


@pytest.fixture
def staff():
    """Somebody who works here and may do everything."""
    return get_user_model().objects.create_superuser(email="boss@shop.example")


@pytest.fixture
def admin(client, staff):
    """A browser in which they are logged in."""
    client.force_login(staff)
    return client


@pytest.fixture
def reader(client):
    """A browser of somebody who may look at orders, and no more."""
    user = get_user_model().objects.create_user(email="reader@shop.example")
    user.is_staff = True
    user.save()
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="orders", codename__startswith="view"))
    client.force_login(user)
    return client
