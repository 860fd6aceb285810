"""The rules for delays and expiry, and the display of devices and addresses."""

import ipaddress
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.sessions import domain
from thriftshop.contact import networks

throttle = st.sampled_from([domain.WITH_ACCOUNT, domain.WITH_ANY])
moments = st.integers(1_700_000_000_000, 1_900_000_000_000)


@given(throttle, st.integers(0, 100_000), moments)
def test_waits_grow_with_failures_up_to_the_maximum(throttle, failures, now):
    waits = [domain.wait_ms(throttle, domain.Attempts(failures + more, now), now) for more in (0, 1)]
    assert waits[0] <= waits[1] <= throttle.max_ms
    assert (waits[0] == 0) == (failures < throttle.free)


@given(throttle, st.integers(0, 1000), moments, st.integers(0, 10_000_000))
def test_an_attempt_is_allowed_after_the_wait(throttle, failures, now, later):
    attempts = domain.Attempts(failures, now)
    wait = domain.wait_ms(throttle, attempts, now)
    assert domain.wait_ms(throttle, attempts, now + wait) == 0
    assert domain.wait_ms(throttle, attempts, now + later) == max(0, wait - later)


@given(throttle, moments)
def test_the_wait_doubles_with_each_attempt(throttle, now):
    attempts, waits = domain.Attempts(), []
    for _ in range(throttle.free + 12):
        wait = domain.wait_ms(throttle, attempts, now)
        now += wait
        waits.append(wait)
        attempts = domain.with_attempt(throttle, attempts, now)
    assert waits[: throttle.free] == [0] * throttle.free
    grown = waits[throttle.free :]
    assert grown[0] == throttle.first_ms
    assert all(later == min(2 * wait, throttle.max_ms) for wait, later in itertools.pairwise(grown))


@given(throttle, st.integers(0, 1000), moments)
def test_attempts_are_forgotten_after_an_hour(throttle, failures, now):
    attempts = domain.Attempts(failures, now)
    assert domain.wait_ms(throttle, attempts, now + throttle.forget_ms) == 0
    assert domain.with_attempt(throttle, attempts, now + throttle.forget_ms).failures == 1


@given(moments, st.integers(1, 10**10), st.integers(1, 10**10), st.integers(0, 10**10))
def test_a_session_is_open_until_its_idle_time_or_maximum_lifetime(started, idle, longest, later):
    expires = started + longest
    expected = later < idle and later < longest
    assert domain.is_open(started, expires, idle, started + later) == expected


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_shown_without_its_last_part(address):
    masked = networks.masked(str(address))
    assert masked.endswith(".x")
    assert masked.removesuffix("x") == str(address)[: str(address).rindex(".") + 1]
    assert networks.network(str(address)) == str(address)


@given(st.ip_addresses(network="2000::/3"), st.integers(0, 2**64 - 1))
def test_ipv6_addresses_of_a_network_are_counted_and_shown_as_one(address, host):
    neighbour = ipaddress.IPv6Address((int(address) >> 64 << 64) | host)
    assert networks.network(str(address)) == networks.network(str(neighbour))
    assert networks.masked(str(address)) == networks.masked(str(neighbour))
    assert networks.masked(str(address)).endswith("::x")


@given(st.none() | st.text(max_size=60))
def test_an_invalid_address_is_treated_as_unknown(text):
    try:
        ipaddress.ip_address((text or "").strip().partition("%")[0])
    except ValueError:
        assert (networks.network(text), networks.masked(text)) == ("", "")


def test_an_ipv4_mapped_address_is_the_ipv4_address():
    assert networks.network("::ffff:203.0.113.7") == "203.0.113.7"
    assert networks.masked("::ffff:203.0.113.7") == "203.0.113.x"


CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0"


@pytest.mark.parametrize(
    ("given_", "shown"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36", "Chrome on Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36 Edg/130.0", "Edge on Windows"),
        (f"Mozilla/5.0 (Linux; Android 14; Pixel 8) {CHROME} Mobile Safari/537.36", "Chrome on Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1 Version/17.5 Safari/605.1", "Safari on macOS"),
        ("curl/8.9.1", "curl"),
        ("python-requests/2.32", "Python"),
        ("Thriftbot/2.0 (+https://bot.example)", "Thriftbot"),
        ("Ann's laptop", "Ann's laptop"),
        ("", "Unknown device"),
        ("\n\t ", "Unknown device"),
    ],
)
def test_a_user_agent_is_shown_as_browser_and_system(given_, shown):
    assert domain.device_name(given_) == shown


@given(st.text(max_size=300) | st.text(min_size=5).map(lambda text: f"{text} Mozilla/5.0 {text}"))
def test_any_user_agent_is_shown_as_a_printable_line(text):
    name = domain.device_name(text)
    assert 1 <= len(name) <= domain.MAX_DEVICE_LENGTH
    assert name.isprintable() or " " in name
    assert "\n" not in name


@given(throttle, st.integers(0, 1000), moments, st.integers(domain.SKEW_MS + 1, 10**11))
def test_an_attempt_in_the_future_from_a_wrong_clock_blocks_nobody(throttle, failures, now, ahead):
    attempts = domain.Attempts(failures, now + ahead)
    assert domain.wait_ms(throttle, attempts, now) == 0
    counted = domain.with_attempt(throttle, attempts, now)
    assert counted == domain.Attempts(failures + 1, now)
    assert domain.wait_ms(throttle, counted, now) == domain.wait_ms(throttle, domain.Attempts(failures + 1, now), now)
