"""Persisted documents: requests that send the hash or the id of a document instead of its text.

A trusted document comes from the manifest that the setting GRAPHQL_DOCUMENTS names. Any other document is registered by a client
that sends its text with its SHA-256 (Apollo's automatic persisted queries), for this process and until others replace it.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from thriftshop.graphql import manifests
from thriftshop.graphql.bounded import Bounded
from thriftshop.graphql.errors import BAD_REQUEST, RequestRefused

MAX_REGISTERED = 5_000
# In characters.
MAX_REGISTERED_TEXT = 5_000_000
SHA256 = "sha256:"
# Apollo's clients react to exactly these messages.
NOT_FOUND = "PersistedQueryNotFound"
MISMATCH = "provided sha does not match query"

registered: Bounded[str, str] = Bounded(MAX_REGISTERED, MAX_REGISTERED_TEXT, "registered_documents")


def hash_of(text: str) -> str:
    """The hash of a document: the SHA-256 of its text in hexadecimal."""
    # A request's JSON cannot hold a lone surrogate, but the message of a WebSocket library might.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def text_of(content: Mapping[str, Any]) -> Any:
    """The document of a request: as sent, or by its id. Raises RequestRefused if it is not known, or not trusted."""
    text, document_id = content.get("query"), id_of(content)
    if document_id is None:
        return _trusted(text) if isinstance(text, str) else text
    if text:
        return _trusted(_registered(text, document_id))
    document = manifests.trusted().get(document_id)
    if document is None and not settings.GRAPHQL_TRUSTED_ONLY:
        document = registered.get(document_id)
    if document is None:
        raise _not_trusted() if settings.GRAPHQL_TRUSTED_ONLY else _not_found()
    return document


def id_of(content: Mapping[str, Any]) -> str | None:
    """The id in a request, without the prefix of a hash; None if it has none. Raises RequestRefused for an invalid one."""
    document_id = content.get("documentId")
    extensions = content.get("extensions")
    if document_id is None and isinstance(extensions, dict) and extensions.get("persistedQuery"):
        document_id = _apollos_hash(extensions["persistedQuery"])
    if document_id is None:
        return None
    if not isinstance(document_id, str) or not document_id:
        raise RequestRefused(BAD_REQUEST, "`documentId` must be a string that is not empty.")
    return document_id.removeprefix(SHA256)


def _apollos_hash(persisted: Any) -> Any:
    """The hash in Apollo's extension."""
    if not isinstance(persisted, dict) or not isinstance(persisted.get("sha256Hash"), str):
        message = '`extensions.persistedQuery` must be {"version": 1, "sha256Hash": "..."}.'
        raise RequestRefused(BAD_REQUEST, message)
    if persisted.get("version") != 1:
        raise RequestRefused(BAD_REQUEST, "Unsupported persisted query version")
    return persisted["sha256Hash"]


def _registered(text: Any, document_id: str) -> Any:
    """The text, registered under its hash. Raises RequestRefused if the id is that of another text."""
    if not isinstance(text, str):
        return text
    if manifests.trusted().get(document_id) == text:
        return text
    if document_id != hash_of(text):
        raise RequestRefused("PERSISTED_QUERY_HASH_MISMATCH", MISMATCH)
    if not settings.GRAPHQL_TRUSTED_ONLY and len(text) <= settings.GRAPHQL_MAX_CHARACTERS:
        registered.put(document_id, text, len(text))
    return text


def _trusted(text: Any) -> Any:
    """The text. Raises RequestRefused if only trusted documents are accepted, and it is not one of them."""
    if settings.GRAPHQL_TRUSTED_ONLY and isinstance(text, str) and manifests.trusted().get(hash_of(text)) != text:
        raise _not_trusted()
    return text


def _not_found() -> RequestRefused:
    # With another status than 200, some clients would report the error instead of sending the document.
    return RequestRefused("PERSISTED_QUERY_NOT_FOUND", NOT_FOUND, status=200)


def _not_trusted() -> RequestRefused:
    message = "Only documents that were published with the shop's clients are accepted."
    return RequestRefused("PERSISTED_QUERY_NOT_IN_LIST", message)
