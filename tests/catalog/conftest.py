"""Fixtures of the catalog's tests: clients logged in as staff."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission


@pytest.fixture
def desk(client):
    """A client logged in as a superuser."""
    client.force_login(get_user_model().objects.create_superuser(email="chief@example.com", password="x"))
    return client


@pytest.fixture
def reader(client):
    """A client logged in as a member of staff with view permissions only."""
    user = get_user_model().objects.create_user(email="reader@example.com", password="x", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_product", "view_category"]))
    client.force_login(user)
    return client
