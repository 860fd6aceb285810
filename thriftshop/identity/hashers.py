"""How passwords are hashed: Argon2id at OWASP's minimum, as measured (DESIGN.md, section 9), a few at a time."""

import threading
from functools import lru_cache

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher


@lru_cache(maxsize=1)
def slots() -> threading.BoundedSemaphore:
    """The places for hashing at the same time: each takes 19 MiB for as long as it works; the others wait."""
    return threading.BoundedSemaphore(settings.PASSWORD_HASH_SLOTS)


class Argon2idHasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes, one lane: about 50 ms on a laptop's core."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """The password hashed, once there is a place."""
        with slots():
            encoded: str = super().encode(password, salt)
            return encoded

    def verify(self, password: str, encoded: str) -> bool:
        """Whether the password fits the hash, once there is a place."""
        with slots():
            return bool(super().verify(password, encoded))
