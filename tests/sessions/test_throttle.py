"""Delays after failed logins: by address, and by address and account."""

import threading

import pytest
from django.db import connection

from apps.sessions import models
from apps.sessions.service import attempts
from idl import sessions
from tests import acting
from tests.sessions import logins
from tests.users import people

# The clock stands still: how long one has to wait does not depend on how busy the machine is.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("move_on")]


def fail(email=people.EMAIL, address=logins.ADDRESS):
    with pytest.raises(sessions.LoginFailed):
        logins.log_in(email, "wrong", address=address)


def wait_of(email=people.EMAIL, password=people.PASSWORD, address=logins.ADDRESS):
    with pytest.raises(sessions.TooManyAttempts) as refused:
        logins.log_in(email, password, address=address)
    assert str(refused.value.retry_after_seconds) in refused.value.message
    return refused.value.retry_after_seconds


def test_after_five_failures_the_right_password_has_to_wait(transport, user, move_on, hashing):
    for _ in range(5):
        fail()
    hashing()
    assert wait_of() == 2
    assert hashing() == 0
    move_on(2_000)
    assert logins.is_open(logins.log_in())
    fail()


def test_the_wait_grows_with_each_failure_and_refused_attempts_do_not_count(transport, user, move_on):
    for _ in range(5):
        fail()
    for seconds in (2, 4, 8, 16, 32):
        assert wait_of() == wait_of() == seconds
        move_on(seconds * 1000)
        fail()


def test_unknown_users_are_throttled_like_known_ones(transport, user):
    for _ in range(5):
        fail()
        fail("nobody@example.com")
    assert wait_of() == wait_of("nobody@example.com")


def test_attempts_from_other_addresses_do_not_block_a_user(transport, user):
    for _ in range(5):
        fail(address="198.51.100.1")
    assert wait_of(address="198.51.100.1")
    assert logins.log_in()


def test_all_spellings_of_an_account_are_counted_together(user):
    for spelling in (
        "ann.miller@example.com",
        "ANN.MILLER@EXAMPLE.COM",
        " Ann.Miller@example.com ",
        "Ann.miller@example.com",
    ):
        fail(spelling)
    fail()
    assert wait_of("aNN.MILLER@example.com")


def test_an_address_trying_many_accounts_is_throttled(transport, user):
    for number in range(30):
        fail(f"user{number}@example.com")
    assert wait_of("another@example.com") == 2
    assert logins.log_in(address="198.51.100.1")


def guess_from_all_over_the_world(count):
    """So many wrong passwords for Ann's account, each from an address of its own."""
    for number in range(count):
        fail(address=f"2001:db8:{number:x}::1")


def test_attempts_on_one_account_from_many_addresses_are_throttled(transport, user, move_on):
    guess_from_all_over_the_world(100)
    assert wait_of(address="198.51.100.1") == 1
    move_on(1_000)
    fail(address="198.51.100.2")
    assert wait_of(address="198.51.100.1") == 2
    fail("somebody.else@example.com", address="198.51.100.1")


def test_a_distributed_attack_does_not_throttle_addresses_with_a_recent_login(user, move_on):
    logins.log_in()
    guess_from_all_over_the_world(100)
    assert wait_of(address="198.51.100.1") == 1
    assert logins.is_open(logins.log_in())
    for _ in range(5):
        fail()
    assert wait_of() == 2  # who is known is slowed down all the same


def test_an_address_is_known_for_a_month(user, move_on):
    logins.log_in()
    move_on(30 * 86_400_000)
    guess_from_all_over_the_world(100)
    assert wait_of() == 1
    attempts.sweep()
    assert not models.KnownAddress.objects.exists()


def test_logging_in_to_one_account_does_not_allow_more_attempts_on_others(transport, user):
    for number in range(30):
        fail(f"user{number}@example.com")
        if number % 5 == 0:
            logins.log_in()
    assert wait_of("another@example.com")


def test_successful_logins_of_a_shared_address_are_never_throttled(user):
    for _ in range(40):
        logins.log_in()
    assert {attempt.failures for attempt in models.Attempt.objects.all()} == {0}


def test_attempts_expire_and_are_swept_after_an_hour(transport, user, move_on):
    for _ in range(5):
        fail()
    move_on(3_600_000)
    assert attempts.sweep() == 3
    fail()


def test_attempts_counted_by_another_service_count_alike(transport):
    with acting.as_service("users"):
        for _ in range(5):
            logins.service().count_attempt("user:1", None)
        with pytest.raises(sessions.TooManyAttempts):
            logins.service().count_attempt("user:1", None)
        logins.service().forgive_attempts("user:1", None)
        logins.service().count_attempt("user:1", None)


@pytest.mark.django_db(transaction=True)
def test_at_most_five_of_twenty_concurrent_attempts_are_made():
    made, refused = [], []
    ready = threading.Barrier(20)

    def attempt():
        ready.wait()
        try:
            attempts.count(people.EMAIL, None)
            made.append(1)
        except sessions.TooManyAttempts:
            refused.append(1)
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), len(refused)) == (5, 15)
