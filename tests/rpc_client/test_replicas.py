"""Several replicas of a context: calls are balanced, failing replicas are ejected and used again, retries are limited."""

import time

import pytest

from tests.rpc_client.peers import TIMEOUT_SECONDS, WRITTEN, Talk, level, ordinary, peer
from thriftshop import rpc
from thriftshop.rpc import addresses, replicas, retry_budget
from thriftshop.rpc.addresses import Address
from thriftshop.telemetry import metrics

READ = [level("MUG")]


def served(here) -> int:
    return sum(len(talk.bodies) for talk in here.talks)


def silent(talk: Talk) -> None:
    """Take requests and never answer."""
    talk.greet()
    talk.wait()


def until_asked(here, times):
    """Go on until a peer has been asked so often, each time over another connection; calls are spread by chance."""
    for attempt in range(100):
        if len(here.talks) >= times:
            return
        yield attempt
    raise AssertionError(f"{len(here.talks)} connections after a hundred calls")


def frozen(talk: Talk) -> None:
    """Is connected to by its kernel alone."""
    talk.wait()


def about_to_end(talk: Talk) -> None:
    """Turn everything away, as a process does that is about to end."""
    talk.greet()
    while True:
        talk.send(
            talk.head(talk.request(), 5, status=503, thriftshop_begun="no", thriftshop_code="SERVICE_UNAVAILABLE")
        )


def breaking(talk: Talk) -> None:
    """Answer everything with a failure of something on the way."""
    talk.greet()
    while True:
        talk.send(talk.head(talk.request(), 5, status=502))


def test_calls_are_spread_over_the_replicas(caller):
    with peer(ordinary) as one, peer(ordinary) as two:
        caller.reaches(one.url, two.url)
        for _ in range(60):
            assert caller.read() == READ
        assert min(served(one), served(two)) > 10


def test_connections_are_reused_by_the_next_call(caller):
    with peer(ordinary) as here:
        caller.reaches(here.url)
        for _ in range(20):
            caller.read()
        assert len(here.talks) == 1


def test_a_replica_that_cannot_be_connected_to_costs_no_call_and_is_taken_back(caller):
    with peer(ordinary) as gone, peer(ordinary) as here:
        caller.reaches(gone.url, here.url)
        gone.close()
        for _ in range(20):
            assert caller.write() == WRITTEN
        assert [one.is_out for one in replicas.of("inventory").all() if one.port == gone.port] == [True]


def test_a_replica_that_recovers_gets_calls_again(caller):
    def starts(talk: Talk) -> None:
        if talk.sock.getsockname() and len(back.talks) <= 3:
            return
        ordinary(talk)

    with peer(starts) as back, peer(ordinary) as here:
        caller.reaches(back.url, here.url)
        until = time.monotonic() + TIMEOUT_SECONDS
        while not served(back) and time.monotonic() < until:
            assert caller.write() == WRITTEN
            time.sleep(0.01)
        assert served(back)


def test_a_replica_about_to_end_costs_no_call(caller, monkeypatch):
    for seconds in ("FIRST_EXCLUSION", "MAX_EXCLUSION_UNREACHABLE"):
        monkeypatch.setattr(replicas, seconds, 600.0)
    with peer(about_to_end) as ending, peer(ordinary) as here:
        caller.reaches(ending.url, here.url)
        for _ in range(40):
            assert caller.write() == WRITTEN
        assert served(ending) == 1


def test_reads_survive_a_replica_that_accepts_calls_and_never_answers(caller):
    with peer(silent) as bad, peer(ordinary) as here:
        caller.reaches(bad.url, here.url)
        for _ in until_asked(bad, times=2):
            assert caller.read(seconds=5) == READ  # half of which goes by at the silent one, where it is asked first


@pytest.mark.usefixtures("a_connection_must_come_soon")
def test_even_writes_survive_a_frozen_replica_that_was_not_connected_to_yet(caller):
    with peer(frozen) as bad, peer(ordinary) as here:
        caller.reaches(bad.url, here.url)
        for _ in range(8):
            assert caller.write() == WRITTEN


def test_a_replica_that_fails_again_and_again_is_left_out(caller):
    with peer(breaking) as bad, peer(ordinary) as here:
        caller.reaches(bad.url, here.url)
        for _ in range(60):
            assert caller.read() == READ
        # Five failures in a row eject it; after it is used again, one more does.
        assert replicas.MAX_FAILURES <= served(bad) < 15


@pytest.mark.usefixtures("a_search_ends_soon")
def test_calls_fail_immediately_if_no_replica_is_left(caller):
    with peer(ordinary) as here:
        caller.reaches(here.url)
    with pytest.raises(rpc.Unavailable):
        caller.write()
    for _ in range(50):
        with pytest.raises(rpc.Unavailable, match="inventory"):
            caller.write()
    assert all(one.is_out for one in replicas.of("inventory").all())


def test_a_fault_of_the_service_is_no_fault_of_the_replica(caller):
    def faulty(talk: Talk) -> None:
        talk.greet()
        while True:
            talk.send(talk.head(talk.request(), 5, status=500, thriftshop_code="INTERNAL"))

    with peer(faulty) as here:
        caller.reaches(here.url)
        for _ in range(replicas.MAX_FAILURES * 2):
            with pytest.raises(rpc.Fault):
                caller.read()
        assert not any(one.is_out for one in replicas.of("inventory").all())


def test_retries_end_with_their_budget(caller, settings, monkeypatch):
    monkeypatch.setattr(replicas, "MAX_FAILURES", 10_000)
    monkeypatch.setattr(retry_budget, "PER_SECOND", 0.0)
    before = retries("lost")
    with peer(breaking) as one, peer(breaking) as two:
        caller.reaches(one.url, two.url)
        for _ in range(100):
            with pytest.raises(rpc.Unavailable):
                caller.read()
        again = served(one) + served(two) - 100
    # Ten in store, and a fifth of a hundred calls; a share is no whole number.
    assert 28 <= again <= 30
    assert retries("lost") - before == again


def retries(reason: str) -> float:
    return float(metrics.RPC_RETRIES.labels("inventory", reason)._value.get())


def test_a_call_never_outlives_its_deadline_by_retrying(caller):
    with peer(silent) as one, peer(silent) as two:
        caller.reaches(one.url, two.url)
        started = time.monotonic()
        with pytest.raises(rpc.DeadlineExceeded):
            caller.read(seconds=0.5)
        assert time.monotonic() - started < TIMEOUT_SECONDS


def test_each_attempt_sends_the_remaining_time(caller):
    with peer(silent) as one, peer(ordinary) as two:
        caller.reaches(one.url, two.url)
        for _ in until_asked(one, times=1):
            caller.read(seconds=6)
        deadlines = [int(head["thriftshop-deadline-ms"]) for talk in two.talks for head in talk.heads.values()]
    assert all(0 < deadline <= 6000 for deadline in deadlines)
    assert deadlines[-1] <= 3600  # after half of the time went by at the silent one


# -- who there is ---------------------------------------------------------------------------------
def test_a_context_without_any_address_is_named_with_the_variables(caller):
    caller.reaches()
    with pytest.raises(rpc.NotHosted, match="SERVICES, or add it to CONTEXTS"):
        caller.read()


def test_replicas_follow_the_names_that_are_looked_up(caller, settings, monkeypatch):
    settings.RPC_LOOKUP_SECONDS = 0.05
    with peer(ordinary) as one, peer(ordinary) as two:
        now = [Address("127.0.0.1", one.port, "inventory")]
        monkeypatch.setattr(addresses, "look_up", lambda urls: frozenset(now))
        caller.reaches()
        caller.read()
        assert (served(one), served(two)) == (1, 0)
        now[:] = [Address("127.0.0.1", two.port, "inventory")]
        until = time.monotonic() + TIMEOUT_SECONDS
        while not served(two) and time.monotonic() < until:
            caller.read()
            time.sleep(0.02)
        before = served(one)
        caller.read()
        assert served(one) == before
        assert {head[":authority"] for talk in two.talks for head in talk.heads.values()} == {"inventory"}


def test_the_addresses_stay_while_the_name_server_is_unreachable(caller, settings, monkeypatch):
    settings.RPC_LOOKUP_SECONDS = 0.01
    with peer(ordinary) as here:
        found = frozenset({Address("127.0.0.1", here.port, "inventory")})
        lookups = []

        def look_up(urls):
            lookups.append(urls)
            if len(lookups) > 1:
                raise OSError("name server away")
            return found

        monkeypatch.setattr(addresses, "look_up", look_up)
        caller.reaches()
        until = time.monotonic() + TIMEOUT_SECONDS
        while len(lookups) < 3 and time.monotonic() < until:
            assert caller.read() == READ
            time.sleep(0.02)
        assert lookups[0] == ("http://inventory",)
        assert len(lookups) > 2


def test_a_name_stands_for_all_its_addresses():
    found = addresses.look_up(("http://localhost:8101", "http://10.0.0.1"))
    assert Address("127.0.0.1", 8101, "localhost:8101") in found
    assert Address("10.0.0.1", 80, "10.0.0.1") in found


@pytest.mark.parametrize(
    "url",
    [
        "https://a:1",
        "a:1",
        "http://",
        "http://a:port",
        "http://a:99999",
        "http://a/thrift",
        "http://me@a",
        "http://a?x=1",
    ],
)
def test_an_invalid_address_is_reported(url):
    assert addresses.problem(url)
    assert not addresses.problem("http://catalog:8101")


def test_a_refused_call_waits_briefly_for_another_replica(caller):
    def starts(talk: Talk) -> None:
        if len(here.talks) > 1:
            ordinary(talk)

    with peer(starts) as here:
        caller.reaches(here.url)
        assert caller.write() == WRITTEN
