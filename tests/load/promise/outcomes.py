"""What an answer means: success, a refusal that the mix expects, or an error with its code."""

from __future__ import annotations

import orjson

from tests.load.promise.connections import NO_ANSWER

OK, NOT_ANSWERED = 0, 1
# Refusals that a busy shop gives rightly: sold out meanwhile, cancelled or rejected meanwhile.
EXPECTED = frozenset({"INSUFFICIENT_STOCK", "NOT_ALLOWED_NOW"})


class Outcomes:
    """The codes seen so far, numbered for the recording."""

    def __init__(self) -> None:
        self.names = ["ok", "no answer"]
        self._numbers = {name: number for number, name in enumerate(self.names)}
        self.examples: dict[str, str] = {}

    def number(self, name: str, body: bytes = b"") -> int:
        """The number of a code; the first answer with it is kept as an example."""
        if name not in self._numbers:
            self._numbers[name] = len(self.names)
            self.names.append(name)
            self.examples[name] = body[:400].decode(errors="replace")
        return self._numbers[name]

    def of_answer(self, status: int, body: bytes) -> int:
        """The outcome of an answer, without parsing one that is well. `"errors"` may be a word of a product's text."""
        if status == 200 and body.startswith(b'{"data":') and b'"errors":' not in body:
            return OK
        if status == NO_ANSWER:
            return NOT_ANSWERED
        try:
            answer = orjson.loads(body)
        except orjson.JSONDecodeError:
            return self.number(f"HTTP {status}", body)
        if status == 200 and isinstance(answer, dict) and "data" in answer and "errors" not in answer:
            return OK
        return self.number(_code(answer) or f"HTTP {status}", body)

    def of_refusal(self, code: str, body: bytes) -> int:
        """The outcome of a refusal."""
        return self.number(code, body)

    def is_error(self, number: int) -> bool:
        """Whether this outcome is neither success nor an expected refusal."""
        return number != OK and self.names[number] not in EXPECTED


def _code(answer: object) -> str:
    """The code of the first error."""
    errors = answer.get("errors") if isinstance(answer, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else {}
    return str(first.get("extensions", {}).get("code") or first.get("message", "")[:80])
