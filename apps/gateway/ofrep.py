"""OpenFeature's remote evaluation protocol (OFREP): clients evaluate the public flags for the visitors that they name.

The evaluation of one flag counts as its use, and is an exposure; that of all flags, which clients keep, is not.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from apps.gateway import flags, visitors
from thriftshop import clock
from thriftshop.flags.evaluation import Evaluation, Flag, Subject, evaluate
from thriftshop.flags.exposures import Exposure
from thriftshop.graphql import rates
from thriftshop.graphql.errors import RequestRefused
from thriftshop.graphql.requests import Context, Incoming
from thriftshop.web import origin

MAX_BODY = 16_384
ATTRIBUTES: Mapping[str, type] = {"signed_in": bool, "is_new": bool, "country": str, "segment": str}


class Refused(Exception):
    """A request that cannot be evaluated: OpenFeature's code, and the details."""

    def __init__(self, code: str, details: str, status: int = 400) -> None:
        self.code, self.details, self.status = code, details, status


@csrf_exempt
@require_POST
async def evaluate_flag(request: HttpRequest, key: str) -> HttpResponse:
    """Evaluate one flag; its use is an exposure."""
    try:
        context = _charged(request)
        flag = flags.DEFINITIONS.get(key)
        if flag is None or not flag.is_public:
            raise Refused("FLAG_NOT_FOUND", f"There is no flag {key[:40]!r}.", 404)
        subject = await _subject(request, context, [flag])
    except (Refused, RequestRefused) as refusal:
        return _refusal(refusal, key)
    evaluation = _evaluate(flag, subject)
    if subject is not None and evaluation.is_counted:
        flags.EXPOSURES.add(Exposure(subject.unit, flag.key, evaluation.variant, clock.now()))
    return _response(_success(flag, evaluation))


@csrf_exempt
@require_POST
async def evaluate_all(request: HttpRequest) -> HttpResponse:
    """Evaluate all public flags; 304 if the client has the result already."""
    public = [flag for flag in flags.DEFINITIONS.every() if flag.is_public]
    try:
        context = _charged(request)
        subject = await _subject(request, context, public)
    except (Refused, RequestRefused) as refusal:
        return _refusal(refusal)
    response = _response({"flags": [_success(flag, _evaluate(flag, subject)) for flag in public]})
    tag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    if tag in [known.strip().removeprefix("W/") for known in request.headers.get("If-None-Match", "").split(",")]:
        response = HttpResponse(status=304)
    response["ETag"] = tag
    return response


def _charged(request: HttpRequest) -> Context:
    """The context of a request, charged to its client's address. Raises RequestRefused."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    context = Context(Incoming("POST", headers, address=origin.of(request) or ""))
    rates.charge(context, 1)
    return context


async def _subject(request: HttpRequest, context: Context, evaluated: list[Flag]) -> Subject | None:
    """The subject that a request names; None if its client objects to tracking. Raises Refused."""
    named = _context_of(request.body)
    unit = named.get("targetingKey")
    if not unit:
        raise Refused("TARGETING_KEY_MISSING", "Give the visitor's id as `targetingKey`.")
    if not isinstance(unit, str) or not visitors.VISITOR.fullmatch(unit):
        raise Refused("INVALID_CONTEXT", "`targetingKey` is a random id of 16 to 64 characters of A-Z a-z 0-9 - _.")
    if visitors.objects(context.received.headers):
        return None
    subject = await flags.visitor(unit, evaluated)
    return subject._replace(
        attributes={name: named[name] for name, kind in ATTRIBUTES.items() if type(named.get(name)) is kind}
    )


def _context_of(body: bytes) -> dict[str, Any]:
    if len(body) > MAX_BODY:
        raise Refused("INVALID_CONTEXT", f"The body is larger than {MAX_BODY:,} bytes.")
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refused("PARSE_ERROR", f"The body is not JSON: {error}.") from None
    context = content.get("context") if isinstance(content, dict) else None
    if context is None:
        raise Refused("TARGETING_KEY_MISSING", 'Send {"context": {"targetingKey": "..."}}.')
    if not isinstance(context, dict):
        raise Refused("INVALID_CONTEXT", "`context` must be an object.")
    return context


def _evaluate(flag: Flag, subject: Subject | None) -> Evaluation:
    if subject is None:
        return Evaluation(flag.shipped or flag.default, "DEFAULT")
    return evaluate(flag, subject, clock.now())


def _success(flag: Flag, evaluation: Evaluation) -> dict[str, Any]:
    return {
        "key": flag.key,
        "value": flag.values[evaluation.variant],
        "reason": evaluation.reason,
        "variant": evaluation.variant,
        "metadata": {"version": flag.version, "counted": evaluation.is_counted},
    }


def _refusal(refusal: Refused | RequestRefused, key: str | None = None) -> HttpResponse:
    named = {"key": key[:40]} if key else {}
    if isinstance(refusal, Refused):
        content = {"errorCode": refusal.code, "errorDetails": refusal.details}
        return _response({**named, **content}, refusal.status)
    error = refusal.errors[0]
    response = _response({**named, "errorCode": "GENERAL", "errorDetails": error.message}, refusal.status)
    if refusal.status == 429:
        response["Retry-After"] = str((error.extensions or {})["retryAfter"])
    return response


def _response(content: dict[str, Any], status: int = 200) -> HttpResponse:
    response = HttpResponse(orjson.dumps(content), content_type="application/json", status=status)
    response["Cache-Control"] = "private, no-cache"
    return response
