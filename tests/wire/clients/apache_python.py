"""Apache Thrift's Python client: reads a list of calls as JSON, and prints the outcome of each."""

import importlib
import json
import sys

COURSE = json.load(sys.stdin)
sys.path.insert(0, COURSE["generated"])

from thrift.protocol.TBinaryProtocol import TBinaryProtocol, TBinaryProtocolAccelerated  # noqa: E402 - Apache's, by path
from thrift.protocol.TCompactProtocol import TCompactProtocol, TCompactProtocolAccelerated  # noqa: E402
from thrift.protocol.TJSONProtocol import TJSONProtocol  # noqa: E402
from thrift.protocol.TMultiplexedProtocol import TMultiplexedProtocol  # noqa: E402
from thrift.Thrift import TApplicationException, TException  # noqa: E402
from thrift.transport.THttpClient import THttpClient  # noqa: E402

PROTOCOLS = {
    "binary": TBinaryProtocol,
    "binary, accelerated": TBinaryProtocolAccelerated,
    "old binary": lambda transport: TBinaryProtocol(transport, strictRead=False, strictWrite=False),
    "compact": TCompactProtocol,
    "compact, accelerated": TCompactProtocolAccelerated,
    "json": TJSONProtocol,
}


def plain(value):
    """A value as JSON, without absent fields."""
    if isinstance(value, list):
        return [plain(one) for one in value]
    if hasattr(value, "__dict__"):
        return {name: plain(one) for name, one in vars(value).items() if one is not None}
    return value


def outcome(call):
    """How a call ended: with an answer, a declared refusal, or a failure."""
    service = importlib.import_module(call["module"] + "." + call["service"])
    transport = THttpClient(COURSE["address"] + call["path"])
    transport.setCustomHeaders(call.get("headers", {}))
    protocol = PROTOCOLS[COURSE["protocol"]](transport)
    if call.get("multiplexed"):
        protocol = TMultiplexedProtocol(protocol, call["service"])
    try:
        return {"answer": plain(getattr(service.Client(protocol), call["method"])(*call["arguments"]))}
    except TApplicationException as failure:
        return {"failure": failure.message, "status": transport.code}
    except TException as refusal:
        return {"refusal": plain(refusal)}
    finally:
        transport.close()


print(json.dumps([outcome(call) for call in COURSE["calls"]]))  # noqa: T201 - what the test reads
