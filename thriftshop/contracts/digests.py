"""A contract's digest: equal where two processes promise the same, whatever their comments and blanks say."""

import hashlib

from thriftshop.contracts import model
from thriftshop.contracts.tokens import Tokens


def of(contract: model.Contract) -> str:
    """The SHA-256 of the contract's words in hexadecimal; comments, blanks and line ends are left out."""
    return of_text(contract.path, contract.text)


def of_text(path: str, text: str) -> str:
    """The digest of an IDL file's text; `path` names it in what is raised (Unreadable) where it cannot be read."""
    tokens, words = Tokens(path, text), []
    while tokens.next.kind != "end":
        words.append(tokens.take().text)
    return hashlib.sha256("\n".join(words).encode()).hexdigest()
