"""The codes of errors (`extensions.code`): stable, for programs; their messages are for people and may change."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from thriftshop import contracts
from thriftshop.graphql import comments
from thriftshop.graphql.errors import upper_case

# Codes of the gateway itself, with their meanings.
CODES: Mapping[str, str] = {
    "BAD_REQUEST": "The request is not valid GraphQL over HTTP.",
    "HTTPS_REQUIRED": "The request came over plain HTTP, where production requires HTTPS (`SECURE_SSL_REDIRECT`).",
    "GRAPHQL_PARSE_FAILED": "The document has a syntax error.",
    "GRAPHQL_VALIDATION_FAILED": "The document does not fit the schema.",
    "OPERATION_NOT_FOUND": "The document has no operation of this name, or several and none is named.",
    "BAD_USER_INPUT": "A variable or an argument has an invalid value.",
    "PERSISTED_QUERY_NOT_FOUND": "The hash is not known: send the document with it.",
    "PERSISTED_QUERY_HASH_MISMATCH": "The hash is not that of the document.",
    "PERSISTED_QUERY_NOT_IN_LIST": "Only trusted documents are accepted (`GRAPHQL_TRUSTED_ONLY`).",
    "LIMIT_BODY": "The body, or the URL of a GET, is too large.",
    "LIMIT_BATCH": "The batch is empty, or has too many operations.",
    "LIMIT_CHARACTERS": "The document has too many characters.",
    "LIMIT_TOKENS": "The document has too many tokens.",
    "LIMIT_DEPTH": "Fields, brackets or fragments are nested too deeply.",
    "LIMIT_ALIASES": "There are too many aliases and repeated fields.",
    "LIMIT_DIRECTIVES": "There are too many directives.",
    "LIMIT_VALUES": "The variables have too many values.",
    "LIMIT_PAGE_SIZE": "A page is too large, or smaller than one item.",
    "LIMIT_COST": "The operation, or the batch, is too expensive.",
    "LIMIT_SUBSCRIPTIONS": "The connection has too many open operations.",
    "LIMIT_ERRORS": "There are more errors, which are not shown.",
    "SUBSCRIPTION_NEEDS_STREAM": "A subscription was sent as a plain request (live.md).",
    "RATE_LIMITED": "Too many requests: wait `retryAfter` seconds.",
    "SERVICE_UNAVAILABLE": "A service cannot be reached; retrying may succeed.",
    "DEADLINE_EXCEEDED": "A service took too long to answer; retrying may succeed.",
    "MALFORMED_CALL": "A value is outside the range that a service accepts.",
    "INTERNAL": "A server error; `traceId` identifies it in the log.",
}


@lru_cache(maxsize=1)
def refusals() -> Mapping[str, str]:
    """The codes of refusals by services, with the doc comments of their exceptions."""
    meanings: dict[str, list[str]] = {}
    for contract in contracts.live():
        if contract.path.startswith("legacy"):
            continue
        for struct in contract.structs:
            if struct.kind == "exception":
                known = meanings.setdefault(upper_case(struct.name), [])
                known += [text for text in [comments.in_graphql(struct.doc)] if text not in known]
    return {code: " ".join(texts) for code, texts in sorted(meanings.items())}


def table() -> str:
    """All codes as Markdown tables, for docs/graphql.md."""
    return "\n".join([*_rows("code", CODES), "", *_rows("code of a refusal", refusals())])


def _rows(heading: str, codes: Mapping[str, str]) -> Iterator[str]:
    yield f"| {heading} | meaning |"
    yield "| --- | --- |"
    for code, meaning in codes.items():
        yield f"| `{code}` | {meaning} |"
