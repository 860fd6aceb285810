"""The tables of journeys, compared with the contracts: the table of foreign calls, and the comparison of responses."""

from tests.journeys import random_journeys
from tests.journeys.foreign_calls import FOREIGN_CALLS
from tests.journeys.isolation import CONTRACTS
from thriftshop.rpc import reflection


def test_every_method_of_every_service_has_a_foreign_call():
    declared = {name: set(reflection.methods(contract)) for name, contract in CONTRACTS.items()}
    assert {name: set(calls) for name, calls in FOREIGN_CALLS.items()} == declared


def test_random_values_are_ignored_when_comparing_results():
    first = [{"id": "T3JkZXI6MQ==", "number": "TS-7K2M9QX4"}, {"token": "a" * 43, "message": "Order TS-7K2M9QX4"}]
    again = [{"id": "T3JkZXI6Mg==", "number": "TS-AAAAAAAA"}, {"token": "b" * 43, "message": "Order TS-AAAAAAAA"}]
    mixed = [{"id": "T3JkZXI6Mg==", "number": "TS-AAAAAAAA"}, {"token": "b" * 43, "message": "Order TS-BBBBBBBB"}]
    assert random_journeys.comparable(first) == random_journeys.comparable(again) != random_journeys.comparable(mixed)
