"""Fixtures of the catalog's tests: browsers in which the staff are logged in."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission


@pytest.fixture
def desk(client):
    """A browser in which a member of staff who may do everything is logged in."""
    client.force_login(get_user_model().objects.create_superuser(email="chief@example.com", password="x"))
    return client


@pytest.fixture
def reader(client):
    """A browser in which a member of staff who may only look is logged in."""
    user = get_user_model().objects.create_user(email="reader@example.com", password="x", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_product", "view_category"]))
    client.force_login(user)
    return client
