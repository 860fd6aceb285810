"""What the values of a class may be, looked up once per class: a check of a value is then one look-up in a dictionary."""

from graphql import Undefined


class Plain(dict[type, int]):
    """Whether the instances of a class are objects (1) or dictionaries (2); 0 for exceptions, awaitables and null."""

    def __missing__(self, kind: type) -> int:
        if len(self) > 10_000:
            self.clear()  # classes created at run time must not stay in memory
        is_special = issubclass(kind, Exception) or kind is type(None) or kind is type(Undefined)
        self[kind] = 0 if is_special or _may_be_awaitable(kind) else 2 if issubclass(kind, dict) else 1
        return self[kind]


def _may_be_awaitable(kind: type) -> bool:
    return hasattr(kind, "__await__") or kind.__name__ == "generator"


PLAIN = Plain()
