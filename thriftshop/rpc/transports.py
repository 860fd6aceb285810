"""The transports within this process: `local` calls the service, `loopback` does so through the bytes of a message.

On an event loop the service works on a thread of the pool.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from thriftshop import identity
from thriftshop.rpc import incoming, messages, thread_pool
from thriftshop.rpc.call import Call
from thriftshop.rpc.errors import DeadlineExceeded, IdentityTokenRefused, RpcError, Unavailable
from thriftshop.rpc.failures import Lost, NotProcessed, Overdue
from thriftshop.rpc.replica import Replica
from thriftshop.rpc.steps import Steps


class Work(NamedTuple):
    """Have the service in this process answer a call, by this moment of time.monotonic()."""

    serve: Callable[[Call], Any]
    call: Call
    until: float

    def run(self) -> Any:
        """The answer, however long it takes: a thread cannot stop waiting for itself."""
        return self.serve(self.call)

    async def run_async(self) -> Any:
        """The answer. Raises Overdue if it does not arrive in time, NotProcessed if the pool is overloaded."""
        try:
            return await thread_pool.run(self.serve, self.call, seconds=self.until - time.monotonic())
        except TimeoutError:
            raise Overdue(f"{self.call.method} did not answer in time.") from None
        except thread_pool.Overloaded:
            # Calls that are made on a thread do not need the pool: the service is not left out for them.
            raise NotProcessed("Too many calls are waiting in this process.", blame=False) from None


def local(call: Call, replica: Replica, until: float) -> Steps:
    """Call the service."""
    return (yield Work(_local, call, until))


def _local(call: Call) -> Any:
    try:
        return incoming.serve(call)
    except (RpcError, identity.InvalidIdentityToken) as error:
        _raise_as_received(call, error)
        raise


def loopback(call: Call, replica: Replica, until: float) -> Steps:
    """Encode the call, decode it, call the service, encode and decode the answer, as over a network."""
    return messages.read_reply(call.method, (yield Work(_loopback, call, until)))


def _loopback(call: Call) -> bytes:
    message = messages.read_call(call.message)
    received = Call(call.contract, call.method, None, call.call_context)
    try:
        result = incoming.answer(received, partial(messages.read_arguments, message, call.method))
    except (RpcError, identity.InvalidIdentityToken) as error:
        _raise_as_received(received, error)
        raise
    return messages.write_reply(message, result)


def _raise_as_received(call: Call, error: RpcError | identity.InvalidIdentityToken) -> None:
    """Raise the error that the caller gets, if it differs from the service's.

    The error of a call that the service made itself does not mean for its own caller that the service was not reached,
    or that it did not answer in time.
    """
    if isinstance(error, identity.InvalidIdentityToken):
        raise IdentityTokenRefused(f"{call.method} was refused: {error}") from error
    if call.begun and isinstance(error, Unavailable):
        raise Lost(str(error), blame=False) from error
    if call.begun and isinstance(error, DeadlineExceeded):
        raise DeadlineExceeded(str(error)) from error
