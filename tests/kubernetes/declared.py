"""Who may call whom, read from the text of the IDL files alone: the contracts' annotations, without the server's classes."""

from functools import lru_cache

from django.conf import settings

from thriftshop import contracts

KNOWN = (*settings.ALL_CONTEXTS, *settings.ALL_DRIVERS)


def services(context):
    """The services that a context's processes answer."""
    library = contracts.live()
    for name in (context, f"legacy.{context}", "platform"):
        if name in library:
            yield from (part for part in library[name].declarations if part.kind == "service")


@lru_cache(maxsize=64)
def callers(context):
    """The callers of each method of a context by its path: those that are listed, and the context itself."""
    found = {}
    for service in services(context):
        for method in service.methods:
            listed = set(KNOWN) if "any" in method.callers else set(method.callers)
            # The platform's methods are every context's.
            owner = set() if service.name == "PlatformService" else {context}
            found[f"/thrift/{service.name}/{method.name}"] = frozenset(listed | owner)
    return found


def readers(context):
    """The other contexts that may read events of a context."""
    if context not in (library := contracts.live()):
        return frozenset()
    unions = [part for part in library[context].declarations if part.kind == "union"]
    listed = [field.annotations.get("readers", "").split() for union in unions for field in union.fields]
    return frozenset().union(*listed) if listed else frozenset()


def connections():
    """The pairs of caller and context between which connections are needed, apart from those of watchers of all processes."""
    pairs = set()
    for context in settings.ALL_CONTEXTS:
        own = {path: names for path, names in callers(context).items() if "PlatformService" not in path}
        pairs |= {(name, context) for names in own.values() for name in names}
        pairs |= {(name, context) for name in readers(context)}
    return {(caller, context) for caller, context in pairs if caller != context}
