"""For every rule a change that breaks it and one that comes near and does not."""

from tests.contracts.cases import graphql, style, thrift
from tests.contracts.cases.case import Case, Edit

ALL: dict[str, Case] = {**thrift.CASES, **graphql.CASES, **style.CASES}

__all__ = ["ALL", "Case", "Edit"]
