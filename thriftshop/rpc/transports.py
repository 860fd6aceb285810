"""How a call gets to its service: `local` in this process, `loopback` in this process through real bytes."""

from dataclasses import asdict, replace
from typing import Any

from thriftshop.call_context import CallContext, within
from thriftshop.rpc import codec, filters, hosting, messages, validation
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
    metadata = {name: str(value) for name, value in asdict(call.call_context).items() if value not in (None, "")}
    # The far side shares nothing with this one: it starts from an empty call context.
    with within(CallContext()):
        result = answer(replace(call, args=args, call_context=_call_context(metadata)))
    validation.check(result)
    return messages.unwrap(call.method, codec.decode(call.method.result_type, codec.encode(result)))


def answer(call: Call) -> Any:
    """What the far side of a wire does: the service's answer or declared refusal, as the method's result struct.

    It is still to be held against the contract.
    """
    result = call.method.result_type()
    try:
        value = serve(call)
        if 0 in call.method.result_type.thrift_spec:
            result.success = value
    except call.method.refusals as refusal:
        setattr(result, _refusal_field(call.method, refusal), refusal)
    return result


def _call_context(metadata: dict[str, str]) -> CallContext:
    values: dict[str, Any] = dict(metadata)
    if "deadline" in values:
        values["deadline"] = float(values["deadline"])
    if "occurred_at" in values:
        values["occurred_at"] = int(values["occurred_at"])
    return CallContext(**values)


def _refusal_field(method: Method, refusal: BaseException) -> str:
    for number, spec in method.result_type.thrift_spec.items():
        if number != 0 and isinstance(refusal, spec[2]):
            return str(spec[1])
    raise AssertionError(f"{method} declares no {type(refusal).__name__}")
