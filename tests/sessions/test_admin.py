"""The admin of sessions: reading and ending them."""

import pytest
from django.contrib.auth.models import Permission

from apps.sessions import models
from tests.sessions import logins
from tests.users import people

pytestmark = pytest.mark.django_db

LIST = "/admin/sessions/session/"


def staff(client, **fields):
    someone = people.a_user("staff@example.com", is_staff=True, **fields)
    client.force_login(someone)
    return someone


def test_sessions_are_listed_with_their_users(client, user):
    logins.log_in()
    staff(client, is_superuser=True)
    page = client.get(LIST).content.decode()
    for text in ("Firefox on Linux", people.EMAIL, "203.0.113.x", "Open"):
        assert text in page
    assert models.Session.objects.get().token_hash not in page


def test_a_page_of_sessions_loads_its_users_in_one_call(client, user, django_assert_max_num_queries):
    for _ in range(5):
        logins.log_in()
    staff(client, is_superuser=True)
    client.get(LIST)
    with django_assert_max_num_queries(16):
        client.get(LIST)


def test_sessions_are_found_by_user_and_by_state(client, user, move_on):
    old = logins.log_in(device="The old one")
    move_on(15 * 24 * 3_600_000)
    new = logins.log_in(device="The new one")
    gone = logins.log_in(device="The ended one")
    with logins.as_bearer(new):
        logins.service().revoke(gone.session.id)
    staff(client, is_superuser=True)
    for state, shown in (("open", "The new one"), ("expired", "The old one"), ("ended", "The ended one")):
        page = client.get(LIST, {"state": state}).content.decode()
        assert [name for name in ("The new one", "The old one", "The ended one") if name in page] == [shown]
    assert "The old one" in client.get(LIST, {"q": str(user.pk)}).content.decode()
    assert "Valid until" in client.get(f"{LIST}{old.session.id}/change/").content.decode()


def test_staff_end_sessions_through_the_contract(client, user):
    open_session, ended = logins.log_in(), logins.log_in()
    staff(client, is_superuser=True)
    form = {"action": "end_sessions", "_selected_action": [ended.session.id]}
    assert "1 session ended." in client.post(LIST, form, follow=True).content.decode()
    assert (logins.is_open(open_session), logins.is_open(ended)) == (True, False)
    assert logins.history(ended) == ["started", "revoked"]


def test_users_with_view_permission_cannot_end_sessions(client, user):
    login = logins.log_in()
    reader = staff(client)
    reader.user_permissions.set(Permission.objects.filter(codename="view_session", content_type__app_label="sessions"))
    assert client.get(LIST).status_code == 200
    client.post(LIST, {"action": "end_sessions", "_selected_action": [login.session.id]}, follow=True)
    assert logins.is_open(login)


def test_sessions_cannot_be_added_changed_or_deleted_in_the_admin(client, user):
    login = logins.log_in()
    staff(client, is_superuser=True)
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{login.session.id}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"{LIST}{login.session.id}/change/", {"device": "x"}).status_code == 403
    assert logins.is_open(login)
