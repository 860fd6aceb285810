"""The tables of journeys, compared with the contracts: the table of probes, and the comparison of responses."""

from tests.journeys import walks
from tests.journeys.isolation import CONTRACTS
from tests.journeys.probes import PROBES
from thriftshop.rpc import reflection


def test_every_method_of_every_service_has_a_probe():
    declared = {name: set(reflection.methods(contract)) for name, contract in CONTRACTS.items()}
    assert {name: set(probes) for name, probes in PROBES.items()} == declared


def test_random_values_are_ignored_when_comparing_results():
    first = [{"id": "T3JkZXI6MQ==", "number": "TS-7K2M9QX4"}, {"token": "a" * 43, "message": "Order TS-7K2M9QX4"}]
    again = [{"id": "T3JkZXI6Mg==", "number": "TS-AAAAAAAA"}, {"token": "b" * 43, "message": "Order TS-AAAAAAAA"}]
    mixed = [{"id": "T3JkZXI6Mg==", "number": "TS-AAAAAAAA"}, {"token": "b" * 43, "message": "Order TS-BBBBBBBB"}]
    assert walks.comparable(first) == walks.comparable(again) != walks.comparable(mixed)
