"""The exceptions that providers raise."""


class Declined(Exception):
    """The payment was refused; the message is the reason for people."""


class Waiting(Exception):
    """There is no decision yet: call again later with the same key."""


class Failed(Exception):
    """The call failed; whether it had an effect is unknown. Call again with the same key."""


class Simulated(Failed):
    """A failure that the token of the sandbox card requests, for tests and the demo shop."""
