"""The sessions' rules as pure functions: how long sessions last, how tries are slowed down, what devices are called."""

import re
import unicodedata
from dataclasses import dataclass

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
# Clocks of two machines may differ by so much; a moment further in the future was noted by a clock that was wrong.
SKEW_MS = 5_000
# A session's last use is written down this often at most.
USE_NOTED_MS = MINUTE_MS
DEVICE_LENGTH = 80
UNKNOWN_DEVICE = "Unknown device"


@dataclass(frozen=True, slots=True)
class Patience:
    """How many tries are free, and how the wait after each further one grows: doubled from `first_ms` up to `longest_ms`."""

    free: int
    first_ms: int = 2_000
    longest_ms: int = 15 * MINUTE_MS
    forget_ms: int = HOUR_MS  # after so long without a try all is forgotten


# One address trying one account: somebody who cannot remember, or somebody who guesses.
WITH_ACCOUNT = Patience(free=5)
# One address trying anything: a household or an office, or somebody with a list.
WITH_ANY = Patience(free=30)
# Any number of addresses trying one account: somebody who guesses from all over the world. The account's owner does not
# wait for it where they logged in of late.
FROM_ANYWHERE = Patience(free=100, first_ms=1_000, longest_ms=MINUTE_MS)
KNOWN_MS = 30 * DAY_MS  # for so long after a login its address is known to the account


@dataclass(frozen=True, slots=True)
class Attempts:
    """So many tries that did not succeed, the last of them when; milliseconds."""

    failures: int = 0
    last_at: int = 0


def wait_ms(patience: Patience, attempts: Attempts, now: int) -> int:
    """How long to wait before the next try, in milliseconds; 0 where it may be made at once."""
    if attempts.failures < patience.free or now - attempts.last_at >= patience.forget_ms:
        return 0
    if attempts.last_at > now + SKEW_MS:
        return 0  # counted by a clock that was wrong: this try is counted by the right one, and waited for from then on
    # Doubling ends well before the shift could make a number of a thousand digits.
    delay = min(patience.first_ms << min(attempts.failures - patience.free, 40), patience.longest_ms)
    return max(0, attempts.last_at + delay - now)


def tried(patience: Patience, attempts: Attempts, now: int) -> Attempts:
    """The count after one more try, taken for a failure until it is forgiven."""
    if now - attempts.last_at >= patience.forget_ms:
        return Attempts(1, now)
    return Attempts(attempts.failures + 1, now)


def idle_until(used_at: int, expires_at: int, idle_ms: int) -> int:
    """When a session ends unless it is used."""
    return min(used_at + idle_ms, expires_at)


def is_open(used_at: int, expires_at: int, idle_ms: int, now: int) -> bool:
    """Whether a session that nobody ended is still good."""
    return now < idle_until(used_at, expires_at, idle_ms)


# The first that is found counts: browsers name others that they resemble after themselves.
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


def device_name(given: str) -> str:
    """A device in words from what a browser says of itself: `Firefox on Linux`. What is in words already stays."""
    text = " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in given[:1000]).split())
    if not PRODUCT.search(text):
        return text[:DEVICE_LENGTH].strip() or UNKNOWN_DEVICE
    browser = next((name for mark, name in BROWSERS if mark in text), "")
    system = next((name for mark, name in SYSTEMS if mark in text), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or text.partition("/")[0][:DEVICE_LENGTH].strip() or UNKNOWN_DEVICE
