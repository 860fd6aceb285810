"""Documents are parsed and validated once, share templates, and are cached within limits."""

from typing import Any

import graphql
import pytest

from tests.graphql.sample import SCHEMA
from thriftshop.graphql import documents
from thriftshop.graphql.errors import RequestRefused


@pytest.fixture
def validated(monkeypatch) -> list[Any]:
    """The documents that were validated during the test."""
    seen: list[Any] = []

    def validate(schema: Any, document: Any, *arguments: Any, **options: Any) -> Any:
        seen.append(document)
        return graphql.validate(schema, document, *arguments, **options)

    monkeypatch.setattr(documents, "validate", validate)
    return seen


def test_a_cached_document_is_neither_parsed_nor_validated_again(monkeypatch):
    known = documents.Documents(SCHEMA)
    first = known.prepare("{ must }")
    monkeypatch.setattr(documents, "parse", None)
    monkeypatch.setattr(documents, "validate", None)
    assert known.prepare("{ must }") is first


def test_documents_that_differ_by_literals_share_a_template(validated):
    known = documents.Documents(SCHEMA)
    first = known.prepare('{ a: hello(name: "Ann") many(count: 3) } # 1')
    second = known.prepare('{ a: hello(name: "Benedict") many(count: 12) } # another comment')
    assert second.template is first.template
    assert list(first.values.values()) == ["Ann", 3]
    assert list(second.values.values()) == ["Benedict", 12]
    assert len(validated) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("{ many(count: 3) }", '{ many(count: "3") }'),
        ("{ many(count: 3) }", "{ many(count: 3.0) }"),
        ("{ many(count: 3) }", "{ many(count: 99999999999) }"),
        ("{ many(count: 3) many(count: 3) }", "{ many(count: 3) many(count: 4) }"),
        ("query ($n: Int = 1) { many(count: $n) }", 'query ($n: Int = "1") { many(count: $n) }'),
    ],
)
def test_a_literal_that_is_not_valid_is_refused_as_without_a_template(first, second):
    known = documents.Documents(SCHEMA)
    known.prepare(first)
    with pytest.raises(RequestRefused) as refused:
        known.prepare(second)
    with pytest.raises(RequestRefused) as expected:
        documents.Documents(SCHEMA).prepare(second)
    assert [error.formatted for error in refused.value.errors] == [error.formatted for error in expected.value.errors]


def test_the_default_of_a_variable_is_not_shared():
    known = documents.Documents(SCHEMA)
    first = known.prepare("query ($n: Int = 1) { many(count: $n) }")
    assert known.prepare("query ($n: Int = 2) { many(count: $n) }").template is not first.template


@pytest.mark.parametrize("text", [r'{ hello(name: "\"") }', '{ hello(name: """5""") }'])
def test_escaped_and_block_strings_stay_literals(text):
    document = documents.Documents(SCHEMA).prepare(text)
    assert document.template.parameters is None
    assert document.values == {}


def test_a_refused_document_is_refused_again_without_being_validated(validated):
    known = documents.Documents(SCHEMA)
    messages = set()
    for _ in range(3):
        with pytest.raises(RequestRefused) as refused:
            known.prepare("{ nothing }")
        messages.add(refused.value.errors[0].message)
    assert len(validated) == 1
    assert messages == {"Cannot query field 'nothing' on type 'Query'."}


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
    assert [text for text, _ in known.texts.keys()] == [kept[2], kept[0], "{ must } # one more"]  # noqa: SIM118


@pytest.mark.parametrize("filling", ["x" * 500, "#\n" * 250], ids=["a long comment", "many comments"])
def test_the_cache_is_limited_by_the_length_of_its_documents(filling):
    known = documents.Documents(SCHEMA, most_size=1_500)
    for number in range(30):
        known.prepare(f"{{ a{number}: must }} # {filling}")
    assert len(known.texts) == len(known.templates) == 11
    assert known.texts.size <= 1_500
    assert known.templates.size <= 1_500


def test_the_cache_is_limited_by_the_tokens_of_its_documents():
    """A short text with many tokens needs the most memory: every token is kept with its location."""
    known = documents.Documents(SCHEMA, most_size=5_000)
    for number in range(30):
        known.prepare("{ " + "...{must}" * 50 + f" }} # {number:04}")
    assert len(known.texts) == 15
    assert known.texts.size <= 5_000


def test_documents_that_share_a_template_are_limited_by_their_own_length():
    known = documents.Documents(SCHEMA, most_size=4_000)
    known.prepare('{ hello(name: "Ann") }')
    for number in range(30):
        known.prepare(f'{{ hello(name: "{number}{"x" * 1_500}") }}')
    cached = known.texts.keys()
    assert sum(len(text) for text, _ in cached) <= 4 * 4_000


def test_a_document_that_would_take_a_tenth_of_the_cache_is_not_kept():
    known = documents.Documents(SCHEMA, most_size=1_000)
    known.prepare("{ must }")
    known.prepare("{ " + "...{must}" * 50 + " }")
    assert [text for text, _ in known.texts.keys()] == ["{ must }"]  # noqa: SIM118


def test_an_operation_is_chosen_by_name():
    document = documents.Documents(SCHEMA).prepare("query A { must } query B { must }")
    assert document.operation("B") == "B"
    with pytest.raises(RequestRefused) as refused:
        document.operation(None)
    assert refused.value.errors[0].message == "Set `operationName` to the operation to run: A, B."
