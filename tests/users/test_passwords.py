"""Passwords: checked at a constant cost, validated, changed and reset."""

import threading

import pytest
from django.contrib.auth import hashers
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st

from apps.users import models
from apps.users.service import passwords, tokens
from idl import common, users
from tests import acting
from tests.users import people
from thriftshop import clock
from thriftshop.events import progress
from thriftshop.identity import hashers as bounded

pytestmark = pytest.mark.django_db

HOUR_MS = 3_600_000


def verify(email, password):
    with acting.as_service("sessions"):
        return people.service().verify_password(email, password)


def test_the_right_address_and_password_return_the_user(transport):
    user = people.a_user(password=people.PASSWORD)
    assert verify("ANN.Miller@example.com", people.PASSWORD).id == str(user.pk)


def test_every_refused_password_has_the_same_response_and_the_cost_of_one_hash(transport, hashing):
    people.a_user(password=people.PASSWORD)
    people.a_user("closed@example.com", people.PASSWORD, is_active=False)
    people.a_user("no.password@example.com", None)
    hashing()
    verify(people.EMAIL, people.PASSWORD)
    assert hashing() == 1
    answers = set()
    for email, password in [
        (people.EMAIL, "wrong"),
        (people.EMAIL, ""),
        (people.EMAIL, "x" * 10_000),
        ("nobody@example.com", people.PASSWORD),
        ("", people.PASSWORD),
        ("closed@example.com", people.PASSWORD),
        ("no.password@example.com", people.PASSWORD),
        ("no.password@example.com", "!"),
    ]:
        with pytest.raises(users.WrongCredentials) as refused:
            verify(email, password)
        answers.add(refused.value.message)
        assert hashing() == 1, email
    assert len(answers) == 1


def test_a_password_with_an_invalid_character_is_refused():
    people.a_user(password=people.PASSWORD)
    with pytest.raises(users.WrongCredentials):
        verify(people.EMAIL, "\ud800")


def test_the_number_of_concurrent_hashes_is_limited(settings, monkeypatch):
    settings.PASSWORD_HASH_SLOTS = 2
    bounded.slots.cache_clear()
    at_work, most, lock, started = 0, 0, threading.Lock(), threading.Event()

    def slowly(self, password, salt):
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
            if at_work == 2:
                started.set()
        started.wait(60)
        with lock:
            at_work -= 1
        return "hash"

    monkeypatch.setattr(bounded.Argon2PasswordHasher, "encode", slowly)
    hasher = bounded.Argon2idHasher()
    threads = [threading.Thread(target=hasher.encode, args=("password", "salt")) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    bounded.slots.cache_clear()
    assert most == 2


@pytest.mark.parametrize(
    ("password", "problems"),
    [
        ("short", 1),
        ("password", 1),
        ("x" * 129, 1),
        ("", 1),
        ("miller", 3),
        ("ann.miller@example.com", 1),
        ("\ud800" * 10, 1),
    ],
)
def test_a_weak_password_is_refused_with_all_its_problems(password, problems):
    with acting.as_stranger(), pytest.raises(users.WeakPassword) as refused:
        people.service().sign_up(people.EMAIL, password, people.NAME)
    assert len(refused.value.problems) == problems
    assert all(problem in refused.value.message for problem in refused.value.problems)
    assert not models.User.objects.exists()


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=64, max_size=128)
    | st.sampled_from(["only lower case words", "8 digits: 11", "пароль из слов", "🪑🛋️🪞🖼️🕰️🪔🧺🎩"])
)
def test_long_passwords_of_any_characters_are_accepted(password):
    passwords.check_strength(password, models.User(email="zz@example.com", name="Qy"))


def test_after_a_change_only_the_new_password_works_and_the_session_stays_open(transport):
    user = people.a_user(password=people.PASSWORD)
    with acting.as_customer(str(user.pk), session_id="the-session"):
        people.service().change_password(people.PASSWORD, people.OTHER_PASSWORD)
    assert verify(people.EMAIL, people.OTHER_PASSWORD)
    with pytest.raises(users.WrongCredentials):
        verify(people.EMAIL, people.PASSWORD)
    expected = users.PasswordChanged(id=str(user.pk), how="change", keep_session_id="the-session")
    assert people.last_event(user) == expected


def test_a_change_with_a_wrong_old_or_a_weak_new_password_has_no_effect(transport):
    user = people.a_user(password=people.PASSWORD)
    with acting.as_customer(str(user.pk)):
        with pytest.raises(users.WrongCredentials):
            people.service().change_password("wrong", people.OTHER_PASSWORD)
        with pytest.raises(users.WeakPassword):
            people.service().change_password(people.PASSWORD, "short")
    assert people.reloaded(user).password == user.password
    assert people.history(user) == ["UserRegistered"]


def test_guessing_the_old_password_in_a_session_is_throttled(transport, hashing, move_on):
    user = people.a_user(password=people.PASSWORD)
    hashing()
    with acting.as_customer(str(user.pk)):
        for _ in range(20):
            with pytest.raises(users.WrongCredentials) as refused:
                people.service().erase_account("wrong")
    assert hashing() == 5
    assert "Too many attempts" in refused.value.message


def test_a_reset_sets_the_password_once_and_verifies_the_address(transport):
    user = people.a_user(password=people.PASSWORD, email_verified=False)
    with acting.as_stranger():
        people.service().request_password_reset("Ann.Miller@Example.com")
        progress.catch_up()
        token = people.token_in(mail.outbox[-1])
        people.service().reset_password(token, people.OTHER_PASSWORD)
        with pytest.raises(users.InvalidToken):
            people.service().reset_password(token, "a third one to be sure")
    assert verify(people.EMAIL, people.OTHER_PASSWORD).email_verified
    expected = ["UserRegistered", "PasswordResetRequested", "EmailVerified", "PasswordChanged"]
    assert people.history(user) == expected
    assert people.last_event(user) == users.PasswordChanged(id=str(user.pk), how="reset")


def test_a_reset_for_an_unknown_address_has_the_same_response_and_cost(transport, hashing):
    people.a_user()
    people.a_user("closed@example.com", is_active=False)
    hashing()
    with acting.as_stranger():
        answers = {
            people.service().request_password_reset(email)
            for email in (people.EMAIL, "nobody@example.com", "closed@example.com")
        }
    progress.catch_up()
    assert answers == {None}
    assert hashing() == 0
    assert [message.to for message in mail.outbox] == [[people.EMAIL]]


def test_the_number_of_reset_emails_is_limited(move_on):
    user = people.a_user()
    with acting.as_stranger():
        for _ in range(10):
            people.service().request_password_reset(people.EMAIL)
    assert people.history(user).count("PasswordResetRequested") == 3


def test_an_expired_reset_a_weak_password_or_a_closed_account_is_refused(transport, move_on):
    user = people.a_user(password=people.PASSWORD)
    token = tokens.make(tokens.RESET, user)
    with acting.as_stranger():
        with pytest.raises(users.WeakPassword):
            people.service().reset_password(token, "short")
        move_on(HOUR_MS + 1)
        with pytest.raises(users.InvalidToken):
            people.service().reset_password(token, people.OTHER_PASSWORD)
        fresh = tokens.make(tokens.RESET, user)
        models.User.objects.update(is_active=False)
        with pytest.raises(users.InvalidToken):
            people.service().reset_password(fresh, people.OTHER_PASSWORD)
    assert people.reloaded(user).password == user.password


def test_a_reset_token_is_invalid_after_another_change_of_the_password(transport):
    user = people.a_user(password=people.PASSWORD)
    token = tokens.make(tokens.RESET, user)
    with acting.as_customer(str(user.pk)):
        people.service().change_password(people.PASSWORD, people.OTHER_PASSWORD)
    with acting.as_stranger(), pytest.raises(users.InvalidToken):
        people.service().reset_password(token, "a third one to be sure")


@given(st.floats(0, 1, exclude_max=True), st.sampled_from("abcXYZ019-_:.é "))
def test_a_token_with_any_character_changed_is_refused(share, other):
    user = models.User(email=people.EMAIL, password="hash")
    token = tokens.make(tokens.RESET, user)
    place = int(share * len(token))
    changed = token[:place] + other + token[place + 1 :]
    if changed != token:
        with pytest.raises(users.InvalidToken):
            tokens.check(changed, user, tokens.RESET)


def test_a_token_contains_no_personal_data_but_the_id():
    from django.core import signing

    user = models.User(email=people.EMAIL, name=people.NAME, password="the hash")
    content = str(signing.loads(tokens.make(tokens.RESET, user), salt="thriftshop.users"))
    assert str(user.pk) in content
    assert not any(secret in content for secret in (people.EMAIL, people.NAME, "the hash"))


def test_a_hash_of_another_strength_is_renewed_at_login_without_an_event(transport):
    user = people.a_user(password=people.PASSWORD)
    weaker = bounded.Argon2idHasher()
    weaker.time_cost = 1
    models.User.objects.update(password=weaker.encode(people.PASSWORD, "0123456789abcdef"))
    assert verify(people.EMAIL, people.PASSWORD)
    assert "t=2" in people.reloaded(user).password
    assert people.history(user) == ["UserRegistered"]
    assert hashers.check_password(people.PASSWORD, people.reloaded(user).password)


def test_anonymous_viewers_cannot_change_a_password(transport):
    with acting.as_stranger(), pytest.raises(common.Unauthenticated):
        people.service().change_password("a", "b")


def test_requests_recorded_in_the_future_by_a_wrong_clock_are_ignored():
    with pytest.MonkeyPatch.context() as patch:
        wrong = clock.now() + 365 * 24 * HOUR_MS
        patch.setattr(clock, "now", lambda: wrong)
        assert [models.MailRequest.count("ann@example.com", "reset") for _ in range(3)] == [1, 2, 3]
    assert models.MailRequest.count("ann@example.com", "reset") == 1
