"""E-mail addresses: which ones the shop writes to, and the one form in which an address is kept and looked up."""

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from idl import common

LONGEST = 254
INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp")


def normal(email: str) -> str:
    """The form in which an address is looked up: `Ann@Example.com ` is `ann@example.com`, `xn--bcher-kva` is `bücher`.

    Anything can be normalised; `checked` says whether it is an address.
    """
    local, at, domain = unicodedata.normalize("NFC", email).strip().lower().rpartition("@")
    return local + at + _readable(domain)


def _readable(domain: str) -> str:
    """The domain as people write it, for a mail server is the same under either name; as it is where it cannot be one."""
    if domain.isascii() and "xn--" not in domain:
        return domain
    try:
        return domain.encode("idna").decode("idna").lower()
    except UnicodeError:
        return domain


def checked(email: str, field: str = "email") -> str:
    """The address in its normal form. Raises common.InvalidInput for what is not an address."""
    written = email.strip()
    found = normal(written)
    # What cannot be seen would make two addresses of one mailbox that look the same.
    hidden = any(unicodedata.category(one) in INVISIBLE for one in written)
    if hidden or len(found) > LONGEST or not _is_address(found):
        # The text is not repeated: it may be somebody's address with a slip in it, and messages are logged.
        raise common.InvalidInput(
            message="This is not an e-mail address; it should look like ann@example.com.", field=field
        )
    return found


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True
