"""Documents are parsed and validated once, and cached within limits."""

import pytest

from tests.graphql.sample import SCHEMA
from thriftshop.graphql import documents
from thriftshop.graphql.errors import RequestRefused


def test_a_cached_document_is_neither_parsed_nor_validated_again(monkeypatch):
    known = documents.Documents(SCHEMA)
    first = known.prepare("{ must }")
    monkeypatch.setattr(documents, "parse", None)
    monkeypatch.setattr(documents, "validate", None)
    assert known.prepare("{ must }") is first


def test_closing_the_schema_invalidates_cached_introspection(settings):
    known = documents.Documents(SCHEMA)
    settings.GRAPHQL_OPEN = True
    known.prepare("{ __schema { types { name } } }")
    settings.GRAPHQL_OPEN = False
    with pytest.raises(RequestRefused):
        known.prepare("{ __schema { types { name } } }")


def test_the_least_recently_used_documents_are_evicted_first():
    known = documents.Documents(SCHEMA, most=3)
    kept = [f"{{ must }} # {number}" for number in range(3)]
    for text in kept:
        known.prepare(text)
    known.prepare(kept[0])
    known.prepare("{ must } # one more")
    assert [text for text, _ in known.kept] == [kept[2], kept[0], "{ must } # one more"]


@pytest.mark.parametrize("filling", ["x" * 5_000, "#\n" * 2_500], ids=["a long comment", "many comments"])
def test_the_cache_is_limited_by_the_length_of_its_documents(filling):
    known = documents.Documents(SCHEMA, most_size=5_000)
    for number in range(30):
        known.prepare(f"{{ must }} # {number:04}{filling}")
    assert len(known.kept) == 3
    assert known.size == sum(prepared.size for prepared in known.kept.values()) <= 5_000


def test_the_cache_is_limited_by_the_tokens_of_its_documents():
    """A short text with many tokens needs the most memory: every token is kept with its location."""
    known = documents.Documents(SCHEMA, most_size=5_000)
    for number in range(30):
        known.prepare("{ " + "...{must}" * 200 + f" }} # {number:04}")
    assert len(known.kept) == 3
    assert known.size <= 5_000


def test_refused_documents_are_not_cached():
    known = documents.Documents(SCHEMA)
    for text in ("{", "{ nothing }", "{ " + "must " * 20 + "}"):
        with pytest.raises(RequestRefused):
            known.prepare(text)
    assert known.kept == {}


def test_an_operation_is_chosen_by_name():
    prepared = documents.Documents(SCHEMA).prepare("query A { must } query B { must }")
    assert prepared.operation("B").name.value == "B"
    with pytest.raises(RequestRefused) as refused:
        prepared.operation(None)
    assert refused.value.errors[0].message == "Set `operationName` to the operation to run: A, B."
