"""What a provider may answer instead of a reference."""


class Declined(Exception):
    """A final no, with the provider's reason for people."""


class Waiting(Exception):
    """There is no answer yet: ask again later, under the same key."""


class Failed(Exception):
    """Something went wrong; whether the money moved is not known. Ask again under the same key."""


class Simulated(Failed):
    """A failure of the sandbox that its token asks for: tests and the demo shop show what happens then."""
