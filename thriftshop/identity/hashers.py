"""How passwords are hashed: Argon2id at OWASP's minimum, as measured (DESIGN.md, section 9)."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2idHasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes, one lane: about 50 ms on a laptop's core."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
