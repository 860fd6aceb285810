"""The basket model, decay, ranking, validation and stock changes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.recommender.domain import basket_model, decay, ranking, stock, validation
from apps.recommender.domain.basket_model import Basket, BasketModel, add_baskets
from idl import common, inventory

DAY = decay.DAY_MS
SKUS = [f"S{number}" for number in range(12)]

basket_lists = st.lists(
    st.builds(
        Basket,
        st.integers(0, 800).map(lambda day: day * DAY),
        st.lists(st.sampled_from(SKUS), min_size=1, max_size=6),
    ),
    max_size=25,
)


def ranked(model: BasketModel, *skus: str) -> dict[str, float]:
    seeds = ranking.codes_of(model, skus)
    weights = np.ones(len(seeds))
    codes, scores = ranking.rank(model, seeds, weights, ranking.find_candidates(model, seeds, weights))
    return {model.skus[code]: float(score) for code, score in zip(codes, scores, strict=True)}


def candidates(model: BasketModel, *skus: str) -> list[str]:
    seeds = ranking.codes_of(model, skus)
    return [model.skus[code] for code in ranking.find_candidates(model, seeds, np.ones(len(seeds)))]


def test_products_bought_together_are_recommended_together():
    model = add_baskets(BasketModel(), [Basket(0, ["cup", "saucer"])] * 3 + [Basket(0, ["hat", "scarf"])] * 3)
    assert list(ranked(model, "cup")) == ["saucer"]
    assert list(ranked(model, "hat")) == ["scarf"]


def test_a_product_bought_with_all_seeds_ranks_above_those_bought_with_one():
    together = [Basket(0, ["tent", "stove", "lamp"])] * 5
    apart = [Basket(0, ["tent", "rope"])] * 2 + [Basket(0, ["stove", "pan"])] * 2
    assert next(iter(ranked(add_baskets(BasketModel(), together + apart), "tent", "stove"))) == "lamp"


def test_recent_baskets_outweigh_older_ones():
    old = [Basket(0, ["cup", "saucer"])] * 5
    new = [Basket(365 * DAY, ["cup", "spoon"])] * 5
    assert next(iter(ranked(add_baskets(BasketModel(), old + new), "cup"))) == "spoon"
    assert next(iter(ranked(add_baskets(BasketModel(), old + old + new[:1]), "cup"))) == "saucer"


def test_a_pair_in_a_short_basket_counts_more_than_one_in_a_long_basket():
    long = Basket(0, ["cup", "saucer", *SKUS])
    model = add_baskets(BasketModel(), [long, Basket(0, ["cup", "spoon"])])
    assert candidates(model, "cup")[0] == "spoon"


def test_popular_products_are_damped_among_the_candidates():
    popular = [Basket(0, ["bag", sku]) for sku in SKUS for _ in range(4)]
    model = add_baskets(BasketModel(), [*popular, *[Basket(0, ["cup", "saucer", "bag"])] * 3])
    assert candidates(model, "cup")[0] == "saucer"


def test_baskets_with_one_product_are_ignored():
    model = add_baskets(BasketModel(), [Basket(0, ["cup"]), Basket(0, ["cup", "cup"])])
    assert model.baskets == 0
    assert ranked(model, "cup") == {}


def test_an_unknown_product_has_no_recommendations():
    model = add_baskets(BasketModel(), [Basket(0, ["cup", "saucer"])])
    assert ranked(model, "anvil") == {}
    assert ranked(model) == {}
    assert ranked(BasketModel(), "cup") == {}


def test_the_oldest_baskets_beyond_the_limit_are_dropped(monkeypatch):
    monkeypatch.setattr(basket_model, "MAX_LINES", 6)
    model = add_baskets(BasketModel(), [Basket(day * DAY, ["cup", f"S{day}"]) for day in range(10)])
    assert model.baskets == 3
    assert set(candidates(model, "cup")) == {"S7", "S8", "S9"}


def test_only_the_last_seeds_of_a_long_cart_are_used():
    skus = [f"T{number}" for number in range(ranking.MAX_SEEDS + 5)]
    model = add_baskets(BasketModel(), [Basket(0, [sku, "base"]) for sku in skus])
    codes = ranking.codes_of(model, skus)
    assert [model.skus[code] for code in codes] == skus[5:]


@given(basket_lists)
def test_weights_are_1_on_average_and_decrease_with_age_and_length(baskets):
    model = add_baskets(BasketModel(), baskets)
    if not model.baskets:
        return
    assert model.weights.mean() == pytest.approx(1, rel=1e-4)
    lengths = np.diff(model.starts)
    for basket in range(model.baskets):
        for other in range(model.baskets):
            if model.bought_at[basket] <= model.bought_at[other] and lengths[basket] >= lengths[other]:
                assert model.weights[basket] <= model.weights[other] * (1 + 1e-6)


@given(basket_lists, st.integers(0, 25), st.sampled_from(SKUS), st.sampled_from(SKUS))
def test_adding_baskets_one_by_one_gives_the_same_ranking_as_all_at_once(baskets, cut, first, second):
    at_once = ranked(add_baskets(BasketModel(), baskets), first, second)
    one_by_one = BasketModel()
    for basket in (*baskets[cut:], *baskets[:cut][::-1]):
        one_by_one = add_baskets(one_by_one, [basket])
    assert ranked(one_by_one, first, second) == pytest.approx(at_once, rel=1e-3, abs=1e-9)


@given(basket_lists, st.lists(st.sampled_from(SKUS), max_size=5))
def test_recommendations_were_bought_with_a_seed_and_are_not_seeds(baskets, seed_skus):
    model = add_baskets(BasketModel(), baskets)
    scores = ranked(model, *seed_skus)
    assert not set(scores) & set(seed_skus)
    assert all(any(sku in basket.skus and set(seed_skus) & set(basket.skus) for basket in baskets) for sku in scores)
    assert list(scores.values()) == sorted(scores.values(), reverse=True)
    assert all(score > 0 for score in scores.values())


@given(basket_lists)
def test_the_indexes_by_basket_and_by_product_are_equal(baskets):
    model = add_baskets(BasketModel(), baskets)
    by_basket = {
        (basket, int(code))
        for basket in range(model.baskets)
        for code in model.lines[model.starts[basket] : model.starts[basket + 1]]
    }
    by_product = {
        (int(basket), code)
        for code in range(len(model.skus))
        for basket in model.product_baskets[model.product_starts[code] : model.product_starts[code + 1]]
    }
    assert by_basket == by_product
    assert len(by_basket) == len(model.lines)


@given(st.integers(0, 4_000_000_000_000))
def test_the_weight_of_a_sale_doubles_every_half_life(moment):
    later = moment + round(decay.POPULAR_DAYS * DAY)
    assert decay.popularity_weight(later) == pytest.approx(2 * decay.popularity_weight(moment))


@given(st.integers(-(2**63), 2**63 - 1))
def test_popularity_weights_are_finite_and_positive_for_any_date(moment):
    assert 0 < decay.popularity_weight(moment) < float("inf")


MOMENTS = st.one_of(st.integers(-(2**63), 2**63 - 1), st.integers(1_200_000_000_000, 1_800_000_000_000))


@given(st.lists(MOMENTS, min_size=1, max_size=30), st.data())
def test_popularity_is_the_exact_sum_of_the_sales_in_any_order(moments, data):
    text = ""
    for moment in data.draw(st.permutations(moments)):
        text = decay.units_to_text(decay.units_of_text(text) + decay.popularity_units(moment))
    units = sum(decay.popularity_units(moment) for moment in moments)
    assert (decay.units_of_text(text), decay.units_to_text(units)) == (units, text)
    assert decay.weight_of_units(units) == pytest.approx(sum(map(decay.popularity_weight, moments)))
    for moment in data.draw(st.permutations(moments)):
        text = decay.units_to_text(decay.units_of_text(text) - decay.popularity_units(moment))
    assert text == ""


def test_products_with_equal_scores_are_sorted_by_sku():
    pairs = [Basket(1_700_000_000_000, ["CUP", sku]) for sku in ("D", "B", "A", "E", "C")]
    for baskets in (pairs, pairs[::-1]):
        for model in (
            basket_model.add_baskets(BasketModel(), baskets),
            basket_model.add_baskets(basket_model.add_baskets(BasketModel(), baskets[:2]), baskets[2:]),
        ):
            seeds = ranking.codes_of(model, ["CUP"])
            candidate_codes = ranking.find_candidates(model, seeds, np.ones(1), limit=3)
            assert [model.skus[code] for code in candidate_codes] == ["A", "B", "C"]
            codes, _ = ranking.rank(model, seeds, np.ones(1), candidate_codes)
            assert [model.skus[code] for code in codes] == ["A", "B", "C"]


@given(st.data())
def test_the_model_does_not_depend_on_the_order_of_baskets(data):
    lines = st.lists(st.sampled_from("ABCDEF"), min_size=1, max_size=5)
    baskets = data.draw(st.lists(st.builds(Basket, st.sampled_from([1_000, 2_000, 900_000_000]), lines), max_size=12))
    shuffled = data.draw(st.permutations(baskets))
    cut = data.draw(st.integers(0, len(baskets)))
    once = basket_model.add_baskets(BasketModel(), baskets)
    again = basket_model.add_baskets(basket_model.add_baskets(BasketModel(), shuffled[:cut]), shuffled[cut:])
    assert (again.skus, again.codes) == (once.skus, once.codes)
    for name in ("bought_at", "lines", "starts", "product_baskets", "product_starts", "weights", "product_weights"):
        assert np.array_equal(getattr(again, name), getattr(once, name)), name


@pytest.mark.parametrize("limit", [0, -1, 101, 2**31 - 1])
def test_a_limit_out_of_range_is_refused(limit):
    with pytest.raises(common.InvalidInput, match=str(limit)) as refusal:
        validation.check_limit(limit)
    assert refusal.value.field == "limit"


@pytest.mark.parametrize("sku", ["", " ", "a b", "x" * 65, "x" * 10_000, "🧣", "a\n", "a/b"])
def test_an_invalid_sku_is_refused_with_a_short_message(sku):
    with pytest.raises(common.InvalidInput) as refusal:
        validation.check_skus(["GOOD-1", sku], "skus")
    assert refusal.value.field == "skus"
    assert len(refusal.value.message) < 200


def test_too_many_skus_are_refused():
    with pytest.raises(common.InvalidInput, match="1001"):
        validation.check_skus(["A"] * 1001, "skus")


@pytest.mark.parametrize("category_id", ["", "x" * 65, "a\nb"])
def test_an_invalid_category_id_is_refused(category_id):
    with pytest.raises(common.InvalidInput):
        validation.check_category(category_id)


@pytest.mark.parametrize(
    ("event", "change"),
    [
        (inventory.StockReceived(quantity=5), 5),
        (inventory.StockReserved(reservation_id="r", quantity=5, expires_at=0), -5),
        (inventory.StockReleased(reservation_id="r", quantity=5, reason="expired"), 5),
        (inventory.StockTakenBack(quantity=5), 5),
        (inventory.StockWrittenOff(quantity=5, reason="moths"), -5),
        (inventory.StockCounted(counted=3, difference=-2, reason="count"), -2),
        (inventory.StockReduced(quantity=5), -5),
    ],
)
def test_inventory_events_change_the_available_quantity(event, change):
    assert stock.change(event) == change


def test_all_inventory_events_are_handled_except_allocation_and_shipping():
    union = {spec[2].__name__ for spec in inventory.InventoryEvent.thrift_spec.values()}
    assert union - stock.KINDS == {"StockAllocated", "StockShipped"}
