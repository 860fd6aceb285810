"""The digest of a contract: equal for texts that differ only in comments and whitespace."""

import hashlib

from thriftshop.contracts import model
from thriftshop.contracts.tokens import Tokens


def of(contract: model.Contract) -> str:
    """The SHA-256 of the contract's tokens, in hexadecimal; comments and whitespace do not count."""
    return of_text(contract.path, contract.text)


def of_text(path: str, text: str) -> str:
    """The digest of an IDL file's text. Raises Unreadable, which names `path`."""
    tokens, words = Tokens(path, text), []
    while tokens.next.kind != "end":
        words.append(tokens.take().text)
    return hashlib.sha256("\n".join(words).encode()).hexdigest()
