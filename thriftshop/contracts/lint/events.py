"""Unions of events: one per context, with events named as facts."""

import re
from collections.abc import Iterator

from thriftshop.contracts import findings, model
from thriftshop.contracts.findings import Finding

WORD = re.compile(r"[A-Z][a-z0-9]*")
PARTICIPLE = re.compile(
    r"\w+ed|Begun|Bought|Broken|Chosen|Done|Found|Given|Gone|Held|Kept|Left|Lost|Made|Met|Paid|Put|Read|Seen|Sent|Set|Sold"
    r"|Taken|Told|Withdrawn|Won|Written"
)


def check(library: model.Library, contract: model.Contract) -> Iterator[Finding]:
    """The violations in the unions of a contract and their events."""
    path = f"idl/{contract.path}"
    unions = [struct for struct in contract.structs if struct.kind == "union"]
    for number, union in enumerate(unions):
        subject = f"{contract.name}.{union.name}"
        if not is_called_after(contract.context, union.name, "Event"):
            yield findings.of("event-union", subject, f"the union is named `{union.name}`", path, union.line)
        elif number:
            yield findings.of("event-union", subject, "the file declares another union before it", path, union.line)
        for member in union.fields:
            event = library.find(contract.name, member.type.name)
            if not (isinstance(event, model.Struct) and says_what_happened(event.name)):
                problem = f"`{member.type}` is not a struct named by a noun and a past participle"
                yield findings.of("event-name", f"{subject}.{member.name}", problem, path, member.line)


def is_called_after(context: str, name: str, ending: str) -> bool:
    """Whether a name is the context's with this ending; both `OrderEvent` and `OrdersEvent` belong to `orders`."""
    own = "".join(word.capitalize() for word in context.split("_"))
    return name in (f"{own}{ending}", f"{own.removesuffix('s')}{ending}")


def says_what_happened(name: str) -> bool:
    """Whether a name is a noun with a past participle: `StockReserved`, `CartCheckedOut`."""
    return any(PARTICIPLE.fullmatch(word) for word in WORD.findall(name)[1:])
