"""Access to the registry: everybody if it is open, otherwise staff who are logged in."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import get_resolver

from apps.registry import urls

PAGES = (
    "/registry",
    "/registry/contracts/catalog",
    "/registry/contracts/catalog/Product",
    "/registry/topics",
    "/registry/topics/orders",
    "/registry/graphql",
    "/registry/graphql/Query",
    "/registry/search",
    "/registry/running",
    "/registry/machines",
)
FILES = (
    "/registry/registry.json",
    "/registry/registry.schema.json",
    "/registry/asyncapi.json",
    "/registry/running.json",
    "/registry/schema.graphql",
    "/registry/idl/catalog.thrift",
)


def test_every_address_of_the_registry_is_in_these_tests():
    covered = {get_resolver().resolve(address).url_name for address in PAGES + FILES}
    assert covered == {urlpattern.name for urlpattern in urls.urlpatterns}


@pytest.mark.parametrize("address", PAGES)
def test_an_anonymous_visitor_is_redirected_to_the_login(client, settings, address):
    settings.REGISTRY_OPEN = False
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (302, f"/admin/login/?next={address}")


@pytest.mark.parametrize("address", FILES)
def test_an_unauthorised_client_gets_the_reason(client, settings, address):
    settings.REGISTRY_OPEN = False
    response = client.get(address)
    assert response.status_code == 403
    assert "REGISTRY_OPEN" in response.content.decode()


@pytest.mark.parametrize("address", PAGES + FILES)
def test_anybody_may_read_an_open_registry(client, settings, address):
    settings.REGISTRY_OPEN = True
    assert client.get(address).status_code == 200


def test_the_registry_is_open_in_development_by_default(client, settings):
    settings.REGISTRY_OPEN, settings.DEBUG = None, True
    assert client.get("/registry").status_code == 200
    settings.REGISTRY_OPEN = False
    assert client.get("/registry").status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize(("staff", "active", "status"), [(True, True, 200), (False, True, 302), (True, False, 302)])
def test_only_staff_with_permission_may_read_a_closed_registry(client, settings, staff, active, status):
    settings.REGISTRY_OPEN = False
    user = get_user_model()(email="bea@shop.example", name="Bea", is_staff=staff, is_active=True)
    user.save()
    client.force_login(user)
    get_user_model().objects.filter(pk=user.pk).update(is_active=active)
    response = client.get("/registry")
    assert response.status_code == status
    assert "Cookie" in response["Vary"]
    assert "private" in response["Cache-Control"]


@pytest.mark.parametrize("address", PAGES + FILES)
def test_the_registry_writes_nothing(client, opened, address):
    assert client.post(address, {"q": "x"}).status_code == 405
