"""Differences of two states of a contract: missing, additional and changed parts, and which of them is older."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.registry import differences
from thriftshop import contracts

HERE = """
enum Colour { RED = 1, GREEN = 2 }
struct Thing { 1: required string name, 2: optional i32 many = 3 }
exception Gone { 1: required string message }
typedef string Word
const i32 MAX_RESULTS = 10
service Things { Thing get_thing(1: string name) throws (1: Gone gone) (callers = "a"), void rest() }
"""


def state(text):
    return contracts.read_text("sample.thrift", text)


@pytest.mark.parametrize(
    ("change", "lacking", "more", "otherwise", "verdict"),
    [
        (("RED = 1, ", ""), ("Colour.RED",), (), 0, "older"),
        (("2: optional i32 many = 3", ""), ("Thing.many",), (), 0, "older"),
        ((", void rest()", ""), ("Things.rest",), (), 0, "older"),
        (("exception Gone { 1: required string message }", ""), ("Gone",), (), 0, "older"),
        (("void rest()", "void rest(), void sleep()"), (), ("Things.sleep",), 0, "newer"),
        (("typedef string Word", "typedef string Word\nstruct More { 1: string words }"), (), ("More",), 0, "newer"),
        (("1: required string name", "1: required string title"), ("Thing.name",), ("Thing.title",), 0, "different"),
        (("GREEN = 2", "GREEN = 3"), (), (), 1, "different"),
        (("many = 3", "many = 4"), (), (), 1, "different"),
        (("2: optional i32", "2: required i32"), (), (), 1, "different"),
        (("2: optional i32", "3: optional i32"), (), (), 1, "different"),
        (('callers = "a"', 'callers = "a b"'), (), (), 1, "different"),
        ((" throws (1: Gone gone)", ""), (), (), 1, "different"),
        (("void rest", "oneway void rest"), (), (), 1, "different"),
        (("typedef string", "typedef binary"), (), (), 1, "different"),
        (("MAX_RESULTS = 10", "MAX_RESULTS = 11"), (), (), 1, "different"),
        (("exception Gone", "struct Gone"), (), (), 1, "different"),
        (("service Things", "service Things extends Base"), (), (), 1, "different"),
    ],
)
def test_a_difference_is_named(change, lacking, more, otherwise, verdict):
    assert change[0] in HERE
    found = differences.between(state(HERE), state(HERE.replace(*change)))
    assert (found.lacking, found.more, len(found.otherwise), found.verdict) == (lacking, more, otherwise, verdict)


def test_a_difference_is_described_for_both_sides():
    (difference,) = differences.between(state(HERE), state(HERE.replace("GREEN = 2", "GREEN = 3"))).otherwise
    assert difference == "Colour.GREEN: 3 there, 2 here"


@given(st.sampled_from(list(contracts.live())), st.data())
def test_a_contract_without_one_of_its_declarations_is_older_and_the_other_way_round_newer(contract, data):
    gone = data.draw(st.sampled_from(contract.declarations))
    kept = contracts.Contract(
        contract.name,
        contract.path,
        contract.text,
        contract.doc,
        contract.includes,
        contract.namespaces,
        tuple(declaration for declaration in contract.declarations if declaration is not gone),
    )
    assert differences.between(contract, contract).verdict == "equal"
    assert differences.between(contract, kept) == differences.Differences(lacking=(gone.name,))
    assert differences.between(kept, contract).verdict == "newer"
