"""Password hashing: Argon2id with OWASP's minimum parameters, and limited concurrency."""

import threading
from functools import lru_cache

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher


@lru_cache(maxsize=1)
def slots() -> threading.BoundedSemaphore:
    """Limit concurrent hashing, each of which uses 19 MiB."""
    return threading.BoundedSemaphore(settings.PASSWORD_HASH_SLOTS)


def busy() -> int:
    """How many passwords are being hashed."""
    return int(settings.PASSWORD_HASH_SLOTS) - slots()._value


class Argon2idHasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes, one lane: about 50 ms on a laptop's core."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Hash a password, waiting for a free slot."""
        with slots():
            encoded: str = super().encode(password, salt)
            return encoded

    def verify(self, password: str, encoded: str) -> bool:
        """Check a password against a hash, waiting for a free slot."""
        with slots():
            return bool(super().verify(password, encoded))
