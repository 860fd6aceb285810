"""The rules of sessions: their lifetime, the throttling of login attempts, and names of devices."""

import re
import unicodedata
from dataclasses import dataclass
from typing import NamedTuple

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
# The tolerated difference between two machines' clocks; later moments come from a wrong clock.
SKEW_MS = 5_000
# The last use of a session is recorded at most this often.
USE_NOTED_MS = MINUTE_MS
MAX_DEVICE_LENGTH = 80
UNKNOWN_DEVICE = "Unknown device"


@dataclass(frozen=True, slots=True)
class Throttle:
    """The number of free attempts, and the wait after each further one: doubled from `first_ms` up to `max_ms`."""

    free: int
    first_ms: int = 2_000
    max_ms: int = 15 * MINUTE_MS
    forget_ms: int = HOUR_MS  # failures are forgotten after this time without an attempt


# One address and one account.
WITH_ACCOUNT = Throttle(free=5)
# One address and any account: an office, or an attacker with a list of accounts.
WITH_ANY = Throttle(free=30)
# Any address and one account: a distributed attack. Addresses with a recent login to the account are exempt.
FROM_ANYWHERE = Throttle(free=100, first_ms=1_000, max_ms=MINUTE_MS)
KNOWN_MS = 30 * DAY_MS  # how long an address stays known to an account after a login


class Attempts(NamedTuple):
    """The number of failed attempts and the time of the last one in milliseconds."""

    failures: int = 0
    last_at: int = 0


def wait_ms(throttle: Throttle, attempts: Attempts, now: int) -> int:
    """The milliseconds to wait before the next attempt."""
    if attempts.failures < throttle.free or now - attempts.last_at >= throttle.forget_ms:
        return 0
    if attempts.last_at > now + SKEW_MS:
        return 0  # counted with a wrong clock; the next count corrects it
    # The limit keeps the shift from making a number of a thousand digits.
    delay = min(throttle.first_ms << min(attempts.failures - throttle.free, 40), throttle.max_ms)
    return max(0, attempts.last_at + delay - now)


def with_attempt(throttle: Throttle, attempts: Attempts, now: int) -> Attempts:
    """The count after one more attempt, which counts as failed until it is forgiven."""
    if now - attempts.last_at >= throttle.forget_ms:
        return Attempts(1, now)
    return Attempts(attempts.failures + 1, now)


def forgiven(attempts: Attempts, *, every: bool) -> Attempts:
    """The count without every failed attempt, or without one."""
    return attempts._replace(failures=0 if every else max(0, attempts.failures - 1))


def idle_until(used_at: int, expires_at: int, idle_ms: int) -> int:
    """When an unused session expires."""
    return min(used_at + idle_ms, expires_at)


def is_open(used_at: int, expires_at: int, idle_ms: int, now: int) -> bool:
    """Whether a session that was not ended is still valid."""
    return now < idle_until(used_at, expires_at, idle_ms)


# The first match counts: browsers also name others that they are compatible with.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
    ("python", "Python"),
    ("okhttp/", "Android app"),
    ("Postman", "Postman"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
PRODUCT = re.compile(r"[A-Za-z][\w.+-]*/\d")


def device_name(user_agent: str) -> str:
    """The name of a device from a user agent: `Firefox on Linux`. Other texts stay as they are."""
    text = " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in user_agent[:1000]).split())
    if not PRODUCT.search(text):
        return text[:MAX_DEVICE_LENGTH].strip() or UNKNOWN_DEVICE
    browser = next((name for mark, name in BROWSERS if mark in text), "")
    system = next((name for mark, name in SYSTEMS if mark in text), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or text.partition("/")[0][:MAX_DEVICE_LENGTH].strip() or UNKNOWN_DEVICE
