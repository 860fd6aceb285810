"""One attempt of an operation, by GraphQL or by contract, and what its answer says."""

from __future__ import annotations

import contextlib
import http.client
from collections.abc import Callable
from typing import Any

import orjson

from tests.faults.recorder import Answer, Outcome
from tests.load.promise.http1 import Document
from thriftshop import call_context, rpc

TIMEOUT_SECONDS = 15.0
# Nothing is known of an operation that ended with one of these.
UNKNOWN_CODES = frozenset({"SERVICE_UNAVAILABLE", "DEADLINE_EXCEEDED"})


class Customer:
    """A customer's device: sends operations of GraphQL with the customer's token, over connections of its own."""

    def __init__(self, address: tuple[str, int], token: str) -> None:
        self._address, self._token = address, token

    def send(self, document: Document, field: str, /, **variables: object) -> Answer:
        """The answer to an operation of one field."""
        try:
            status, body = self._post(document.body(**variables))
            answer = orjson.loads(body)
        except (OSError, http.client.HTTPException, orjson.JSONDecodeError) as error:
            return Answer(Outcome.UNKNOWN, type(error).__name__)
        if "errors" in answer or status != 200:
            return _of_errors(status, answer)
        result = answer["data"][field]
        if isinstance(result, dict) and "code" in result:
            return Answer(Outcome.REFUSED, result["code"], result)
        return Answer(Outcome.ACKNOWLEDGED, result=result)

    def _post(self, body: bytes) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(*self._address, timeout=TIMEOUT_SECONDS)
        with contextlib.closing(connection):
            headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"}
            connection.request("POST", "/graphql", body, headers)
            response = connection.getresponse()
            return response.status, response.read()


def _of_errors(status: int, answer: Any) -> Answer:
    errors = answer.get("errors") or [{}]
    code = str(errors[0].get("extensions", {}).get("code", f"HTTP {status}"))
    if code in UNKNOWN_CODES or status == 503:
        return Answer(Outcome.UNKNOWN, code)
    return Answer(Outcome.REFUSED, code if code != "INTERNAL" else f"INTERNAL {errors[0]}")


def call(caller: str, function: Callable[[], Any]) -> Answer:
    """The answer to a call of a contract by a service."""
    try:
        with call_context.using(caller=caller, viewer=""):
            return Answer(Outcome.ACKNOWLEDGED, result=function())
    except (rpc.Unavailable, rpc.DeadlineExceeded) as error:
        return Answer(Outcome.UNKNOWN, error.code)
    except rpc.RpcError as error:
        return Answer(Outcome.REFUSED, f"{error.code} {error}")
    except Exception as refusal:  # declared by the contract
        return Answer(Outcome.REFUSED, type(refusal).__name__)
