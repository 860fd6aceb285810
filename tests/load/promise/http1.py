"""Requests as bytes, built ahead: one document each, with the places of its variables left open."""

import orjson

HEAD = b"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: application/json\r\n"
NO_TOKEN = b""


def token_header(token: str) -> bytes:
    """The header that sends a session's token."""
    return f"Authorization: Bearer {token}\r\n".encode()


def post(body: bytes, token: bytes = NO_TOKEN) -> bytes:
    """A request to the gateway."""
    return b"%b%bContent-Length: %d\r\n\r\n%b" % (HEAD, token, len(body), body)


class Document:
    """An operation, encoded once."""

    def __init__(self, text: str) -> None:
        self.text = " ".join(text.split())
        self._start = b'{"query":' + orjson.dumps(self.text) + b',"variables":'

    def request(self, header: bytes = NO_TOKEN, /, **variables: object) -> bytes:
        """The request with these variables."""
        return post(self.body(**variables), header)

    def body(self, **variables: object) -> bytes:
        """The body of the request."""
        return self._start + orjson.dumps(variables) + b"}"
