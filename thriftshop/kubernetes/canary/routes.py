"""The rules of a route while two versions serve: weights, and visitors who stay with the version that they have.

A visitor belongs to the canary by two characters of their id, which is random: those before the last, since ids may begin
with a time, and the last character of base64 has fewer bits. Visitors of a step belong to all later steps, so nobody changes
back and forth. Requests without an id are divided by weight.
"""

import string
from typing import Any

from thriftshop.kubernetes.objects import CANARY, Object

Rule = dict[str, Any]
GROUPS = 16
BUCKETS = GROUPS * GROUPS
ANY = "[A-Za-z0-9_-]"
# Mentioned in a rule's matches: requests with a visitor's id, in a header or a cookie (apps/gateway/visitors.py).
VISITOR, COOKIE = "visitor", "Cookie"


def divides(route: Object, context: str) -> bool:
    """Whether a route has the two versions as backends of a rule."""
    return any(_is_divided(rule, context) for rule in route["spec"].get("rules", ()))


def _is_divided(rule: Rule, context: str) -> bool:
    names = {backend["name"] for backend in rule.get("backendRefs", ())}
    return {context, f"{context}-{CANARY}"} <= names


def weighted(rules: list[Rule], context: str, weight: int) -> list[Rule]:
    """The rules with this percentage for the canary; the visitors' rules come before the rule that they refine."""
    result: list[Rule] = []
    for rule in (rule for rule in rules if not _is_of_visitors(rule)):
        if not _is_divided(rule, context):
            result.append(rule)
            continue
        result += _visitors(rule, context, weight) if _is_for_browsers(rule) and weight else []
        result.append({**rule, "backendRefs": [_weighted(backend, context, weight) for backend in rule["backendRefs"]]})
    return result


def weight_of(rules: list[Rule], context: str) -> int:
    """The percentage that the rules give the canary."""
    weights = [
        backend.get("weight", 1)
        for rule in rules
        if _is_divided(rule, context)
        for backend in rule["backendRefs"]
        if backend["name"] == f"{context}-{CANARY}"
    ]
    return max(weights, default=0)


def _is_for_browsers(rule: Rule) -> bool:
    """Whether the rule is of a way in from outside: it matches paths."""
    return any("path" in match for match in rule.get("matches", ()))


def _is_of_visitors(rule: Rule) -> bool:
    matched = [header["name"] for match in rule.get("matches", ()) for header in match.get("headers", ())]
    return bool(matched) and set(matched) <= {VISITOR, COOKIE}


def _weighted(backend: Rule, context: str, weight: int) -> Rule:
    weights = {context: 100 - weight, f"{context}-{CANARY}": weight}
    return {**backend, "weight": weights.get(backend["name"], backend.get("weight", 1))}


def _visitors(rule: Rule, context: str, weight: int) -> list[Rule]:
    """Those of the canary, and then everybody else with an id: the first rule that matches decides."""
    return [
        _for(rule, f"{context}-{CANARY}", pattern_of(round(BUCKETS * weight / 100))),
        _for(rule, context, f"{ANY}{ANY}"),
    ]


def _for(rule: Rule, name: str, ending: str) -> Rule:
    value = f"{ANY}{{13,61}}{ending}{ANY}"
    headers = {VISITOR: f"^{value}$", COOKIE: f"^(?:.*;[ ]*)?{VISITOR}={value}(?:;.*)?$"}
    matches = [
        {**match, "headers": [{"type": "RegularExpression", "name": header, "value": expression}]}
        for match in rule["matches"]
        for header, expression in headers.items()
    ]
    backends = [{**backend, "weight": 1} for backend in rule["backendRefs"] if backend["name"] == name]
    return {"matches": matches, "backendRefs": backends}


def pattern_of(buckets: int) -> str:
    """The two characters before the last, of the ids in the first so many of 256 buckets."""
    whole, rest = divmod(buckets, GROUPS)
    parts = [f"{_class(range(whole))}{ANY}"] if whole else []
    parts += [f"{_class(range(whole, whole + 1))}{_class(range(rest))}"] if rest else []
    return f"(?:{'|'.join(parts)})"


def _class(groups: range) -> str:
    return f"[{''.join(_MEMBERS[group] for group in groups)}]"


def _members() -> list[str]:
    """Sixteen groups of characters, each of one hexadecimal digit, and a sixteenth of the letters of any id."""
    members = [digit + (digit.upper() if digit.isalpha() else "") for digit in string.hexdigits[:GROUPS]]
    others = iter(
        [c for c in string.ascii_uppercase + string.ascii_lowercase if c not in string.hexdigits] + ["_", "-"]
    )
    for group, text in enumerate(members):
        members[group] = text + "".join(next(others) for _ in range(4 - len(text)))
    # In a class of a regular expression a hyphen is the last character.
    return [text.replace("-", r"\-") for text in members]


_MEMBERS = _members()
