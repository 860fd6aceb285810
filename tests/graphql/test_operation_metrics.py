"""Metrics of GraphQL operations: by type and trusted name, with a bounded number of series."""

import pytest

from tests.graphql import test_persisted as persisted
from tests.telemetry import samples
from thriftshop.graphql import manifests, operation_metrics

NAME = "thriftshop_graphql_seconds_count"


def count(**labels):
    return samples.value(NAME, **{"type": "query", "name": "", "outcome": "ok"} | labels)


def test_a_thousand_random_operation_names_add_no_series():
    persisted.answer({"query": 'query First { hello(name: "Bob") }'})
    before, counted = samples.series(NAME), count()
    for number in range(1_000):
        assert persisted.answer({"query": f'query Random{number} {{ hello(name: "Bob") }}'})[0] == 200
    assert samples.series(NAME) == before
    assert count() == counted + 1_000


def test_a_trusted_document_is_measured_under_its_name(settings, tmp_path):
    manifest = tmp_path / "documents.json"
    manifest.write_text(
        manifests.text_of([manifests.Persisted("h1", "Hello", "query", persisted.HELLO)]), encoding="utf-8"
    )
    settings.GRAPHQL_DOCUMENTS = str(manifest)
    before = count(name="Hello"), count()
    persisted.answer({"query": persisted.HELLO})
    persisted.answer({"query": 'query Hello { hello(name: "Bob") }'})
    assert (count(name="Hello"), count()) == (before[0] + 1, before[1] + 1)


def test_refused_operations_are_counted_by_code():
    name, code = "thriftshop_graphql_refused_total", "GRAPHQL_VALIDATION_FAILED"
    before = samples.value(name, code=code)
    persisted.answer({"query": "{ nothingOfThisName }"})
    assert samples.value(name, code=code) == before + 1


@pytest.mark.parametrize(
    ("codes", "outcome"),
    [([], "ok"), (["BAD_USER_INPUT"], "error"), (["NOT_FOUND", "INTERNAL"], "fault"), (["DEADLINE_EXCEEDED"], "fault")],
)
def test_only_the_shops_own_failures_are_faults(codes, outcome):
    assert operation_metrics.outcome_of([{"extensions": {"code": code}} for code in codes]) == outcome


def test_a_code_that_is_not_known_adds_no_series():
    operation_metrics.refused([{"extensions": {"code": "ANOTHER"}}])
    before = samples.series("thriftshop_graphql_refused_total")
    for number in range(50):
        operation_metrics.refused([{"extensions": {"code": f"CODE_{number}"}}])
    assert samples.series("thriftshop_graphql_refused_total") == before
