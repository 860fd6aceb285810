"""Who may look: everybody where the registry is open, staff who are logged in elsewhere, nobody else."""

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
    assert covered == {one.name for one in urls.urlpatterns}


@pytest.mark.parametrize("address", PAGES)
def test_a_stranger_is_sent_to_log_in(client, settings, address):
    settings.REGISTRY_OPEN = False
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (302, f"/admin/login/?next={address}")


@pytest.mark.parametrize("address", FILES)
def test_a_strange_machine_is_told_why_not(client, settings, address):
    settings.REGISTRY_OPEN = False
    response = client.get(address)
    assert response.status_code == 403
    assert "REGISTRY_OPEN" in response.content.decode()


@pytest.mark.parametrize("address", PAGES + FILES)
def test_anybody_looks_where_it_is_open(client, settings, address):
    settings.REGISTRY_OPEN = True
    assert client.get(address).status_code == 200


def test_it_is_open_in_development_unless_said_otherwise(client, settings):
    settings.REGISTRY_OPEN, settings.DEBUG = None, True
    assert client.get("/registry").status_code == 200
    settings.REGISTRY_OPEN = False
    assert client.get("/registry").status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize(("staff", "active", "status"), [(True, True, 200), (False, True, 302), (True, False, 302)])
def test_only_staff_who_work_here_look_where_it_is_closed(client, settings, staff, active, status):
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
def test_nothing_is_written_there(client, opened, address):
    assert client.post(address, {"q": "x"}).status_code == 405
