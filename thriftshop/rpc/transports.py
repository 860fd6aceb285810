"""How a call gets to its service: `local` in this process, `loopback` in this process through real bytes."""

from dataclasses import asdict, replace
from typing import Any

from thriftshop.circumstances import Circumstances, within
from thriftshop.rpc import codec, filters, hosting, validation
from thriftshop.rpc.call import Call, Next, chain
from thriftshop.rpc.reflection import Method


def invoke(call: Call) -> Any:
    """Calls the method on the object that implements the contract here."""
    implementation = getattr(hosting.service(call.contract), call.method.name)
    return implementation(*(getattr(call.args, name) for name in call.method.parameters))


serve: Next = chain(filters.SERVER, invoke)


def local(call: Call) -> Any:
    """Calls the class in this process."""
    return serve(call)


def loopback(call: Call) -> Any:
    """Encodes, decodes, calls, encodes and decodes: in this process, with the bytes that would cross a network."""
    validation.check_arguments(call.args, str(call.method))
    args = codec.decode(call.method.args_type, codec.encode(call.args))
    metadata = {name: str(value) for name, value in asdict(call.circumstances).items() if value not in (None, "")}
    answer = codec.decode(
        call.method.result_type, _answer(replace(call, args=args, circumstances=_circumstances(metadata)))
    )
    return unwrap(call.method, answer)


def _answer(call: Call) -> bytes:
    """What the far side of the loop does: the service's answer or refusal, as bytes."""
    result = call.method.result_type()
    # The far side shares nothing with this one: it starts from empty circumstances.
    try:
        with within(Circumstances()):
            value = serve(call)
        if 0 in call.method.result_type.thrift_spec:
            result.success = value
    except call.method.refusals as refusal:
        setattr(result, _refusal_field(call.method, refusal), refusal)
    validation.check(result)
    return codec.encode(result)


def _circumstances(metadata: dict[str, str]) -> Circumstances:
    values: dict[str, Any] = dict(metadata)
    if "deadline" in values:
        values["deadline"] = float(values["deadline"])
    if "occurred_at" in values:
        values["occurred_at"] = int(values["occurred_at"])
    return Circumstances(**values)


def _refusal_field(method: Method, refusal: BaseException) -> str:
    for number, spec in method.result_type.thrift_spec.items():
        if number != 0 and isinstance(refusal, spec[2]):
            return str(spec[1])
    raise AssertionError(f"{method} declares no {type(refusal).__name__}")


def unwrap(method: Method, result: Any) -> Any:
    """The value in a result struct, or its refusal raised."""
    for number, spec in method.result_type.thrift_spec.items():
        if number != 0 and getattr(result, spec[1]) is not None:
            raise getattr(result, spec[1])
    return getattr(result, "success", None)
