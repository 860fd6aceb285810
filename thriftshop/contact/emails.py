"""E-mail addresses: validation, and the normalised form in which they are stored and searched."""

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from idl import common

MAX_LENGTH = 254
INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp")


def normal(email: str) -> str:
    """Normalise an address: `Ann@Example.com ` to `ann@example.com`, `xn--bcher-kva` to `bücher`.

    Any text can be normalised; `checked` validates.
    """
    local, at, domain = unicodedata.normalize("NFC", email).strip().lower().rpartition("@")
    return local + at + _readable(domain)


def _readable(domain: str) -> str:
    """The domain in Unicode, which is equivalent for mail servers; an invalid domain is not changed."""
    if domain.isascii() and "xn--" not in domain:
        return domain
    try:
        readable = domain.encode("idna").decode("idna").lower()
    except UnicodeError:
        return domain
    return domain if any(map(str.isspace, readable)) else readable


def checked(email: str, field: str = "email") -> str:
    """The normalised address. Raises common.InvalidInput if it is not valid."""
    written = email.strip()
    address = normal(written)
    # Invisible characters would make two different addresses look the same.
    hidden = any(unicodedata.category(character) in INVISIBLE for character in written)
    if hidden or len(address) > MAX_LENGTH or not _is_address(address):
        # The message does not repeat the text, which may be a misspelt address: messages are logged.
        raise common.InvalidInput(
            message="This is not a valid e-mail address; it should look like ann@example.com.", field=field
        )
    return address


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True
