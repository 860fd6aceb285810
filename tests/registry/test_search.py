"""Search: everything with a name is found by it, best matches first; unknown names have no results."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.registry import search
from thriftshop import contracts

ENTRIES = list(search.entries(contracts.live()))


@pytest.mark.parametrize("kind", sorted({one.kind for one in ENTRIES}))
def test_everything_is_found_by_its_full_name_ahead_of_all_others(kind):
    for one in ENTRIES:
        if one.kind == kind:
            found = search.find(one.location)
            assert one in found
            assert found[0].location.lower() == one.location.lower() or found[0].name.lower() == one.location.lower()


@given(st.text(max_size=300))
def test_results_contain_all_words_of_the_query(words):
    for one in search.find(words):
        assert all(word in one.text for word in words.lower()[: search.MAX_QUERY].split())


def test_contracts_come_before_graphql_and_2018s_come_last():
    found = search.find("CatalogService")
    assert [one.location for one in found[:2]] == ["catalog.CatalogService", "legacy.catalog.CatalogService"]
    assert found[1].legacy
    assert search.find("stocklevel")[0].location == "inventory.StockLevel"


def test_a_search_finds_words_of_descriptions():
    assert "common.Address.postcode" in [one.location for one in search.find("postal code")]


def test_the_page_shows_the_results_and_their_number(sheet):
    page = sheet("/registry/search?q=place+order")
    assert "orders.OrdersService.place" in page.text
    assert f"{len(search.find('place order'))} found" in page.text


def test_the_page_explains_an_empty_query_and_an_empty_result(sheet):
    assert "Enter a name" in sheet("/registry/search").text
    assert "Nothing contains all of these words" in sheet("/registry/search?q=zzyzx+" + "\N{UMBRELLA}" * 500).text


def test_many_results_are_truncated_but_counted_completely(sheet):
    count = len(search.find("a"))
    page = sheet("/registry/search?q=a")
    assert f"{count} found; the best {search.MAX_RESULTS} are shown" in page.text
