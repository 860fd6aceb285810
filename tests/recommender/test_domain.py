"""The rules: what is learnt from baskets, how it fades, and what it says goes together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.recommender.domain import decay, knowledge, ranking, stock, validation
from apps.recommender.domain.knowledge import Basket, Knowledge, learn
from idl import common, inventory

DAY = decay.DAY_MS
SKUS = [f"S{number}" for number in range(12)]

baskets = st.lists(
    st.builds(
        Basket,
        st.integers(0, 800).map(lambda day: day * DAY),
        st.lists(st.sampled_from(SKUS), min_size=1, max_size=6),
    ),
    max_size=25,
)


def ranked(known: Knowledge, *skus: str) -> dict[str, float]:
    seeds = ranking.codes_of(known, skus)
    emphasis = np.ones(len(seeds))
    codes, scores = ranking.rank(known, seeds, emphasis, ranking.look_up(known, seeds, emphasis))
    return {known.skus[code]: float(score) for code, score in zip(codes, scores, strict=True)}


def looked_up(known: Knowledge, *skus: str) -> list[str]:
    seeds = ranking.codes_of(known, skus)
    return [known.skus[code] for code in ranking.look_up(known, seeds, np.ones(len(seeds)))]


def test_what_was_bought_together_is_recommended_together():
    known = learn(Knowledge(), [Basket(0, ["cup", "saucer"])] * 3 + [Basket(0, ["hat", "scarf"])] * 3)
    assert list(ranked(known, "cup")) == ["saucer"]
    assert list(ranked(known, "hat")) == ["scarf"]


def test_a_cart_is_answered_for_as_a_whole():
    together = [Basket(0, ["tent", "stove", "lamp"])] * 5
    apart = [Basket(0, ["tent", "rope"])] * 2 + [Basket(0, ["stove", "pan"])] * 2
    assert next(iter(ranked(learn(Knowledge(), together + apart), "tent", "stove"))) == "lamp"


def test_the_later_of_two_habits_wins():
    old = [Basket(0, ["cup", "saucer"])] * 5
    new = [Basket(365 * DAY, ["cup", "spoon"])] * 5
    assert next(iter(ranked(learn(Knowledge(), old + new), "cup"))) == "spoon"
    assert next(iter(ranked(learn(Knowledge(), old + old + new[:1]), "cup"))) == "saucer"


def test_a_pair_in_a_short_basket_says_more_than_one_in_a_long_basket():
    long = Basket(0, ["cup", "saucer", *SKUS])
    known = learn(Knowledge(), [long, Basket(0, ["cup", "spoon"])])
    assert looked_up(known, "cup")[0] == "spoon"


def test_what_everybody_buys_is_held_back():
    everywhere = [Basket(0, ["bag", sku]) for sku in SKUS for _ in range(4)]
    known = learn(Knowledge(), [*everywhere, *[Basket(0, ["cup", "saucer", "bag"])] * 3])
    assert looked_up(known, "cup")[0] == "saucer"


def test_one_product_alone_teaches_nothing_about_what_goes_together():
    known = learn(Knowledge(), [Basket(0, ["cup"]), Basket(0, ["cup", "cup"])])
    assert known.baskets == 0
    assert ranked(known, "cup") == {}


def test_nothing_is_known_of_an_unknown_product():
    known = learn(Knowledge(), [Basket(0, ["cup", "saucer"])])
    assert ranked(known, "anvil") == {}
    assert ranked(known) == {}
    assert ranked(Knowledge(), "cup") == {}


def test_the_oldest_baskets_are_let_go_where_there_are_too_many(monkeypatch):
    monkeypatch.setattr(knowledge, "MAX_LINES", 6)
    known = learn(Knowledge(), [Basket(day * DAY, ["cup", f"S{day}"]) for day in range(10)])
    assert known.baskets == 3
    assert set(looked_up(known, "cup")) == {"S7", "S8", "S9"}


def test_a_long_cart_is_answered_by_its_last_items():
    many = [f"T{number}" for number in range(ranking.MAX_SEEDS + 5)]
    known = learn(Knowledge(), [Basket(0, [one, "base"]) for one in many])
    codes = ranking.codes_of(known, many)
    assert [known.skus[code] for code in codes] == many[5:]


@given(baskets)
def test_weights_are_one_on_average_and_fall_with_age_and_length(some):
    known = learn(Knowledge(), some)
    if not known.baskets:
        return
    assert known.weights.mean() == pytest.approx(1, rel=1e-4)
    lengths = np.diff(known.starts)
    for one in range(known.baskets):
        for other in range(known.baskets):
            if known.bought_at[one] <= known.bought_at[other] and lengths[one] >= lengths[other]:
                assert known.weights[one] <= known.weights[other] * (1 + 1e-6)


@given(baskets, st.integers(0, 25), st.sampled_from(SKUS), st.sampled_from(SKUS))
def test_learnt_bit_by_bit_is_as_learnt_at_once(some, cut, first, second):
    at_once = ranked(learn(Knowledge(), some), first, second)
    bit_by_bit = Knowledge()
    for part in (some[cut:], some[:cut][::-1]):
        for basket in part:
            bit_by_bit = learn(bit_by_bit, [basket])
    assert ranked(bit_by_bit, first, second) == pytest.approx(at_once, rel=1e-3, abs=1e-9)


@given(baskets, st.lists(st.sampled_from(SKUS), max_size=5))
def test_what_is_recommended_was_bought_with_what_was_given_and_is_not_among_it(some, given_):
    known = learn(Knowledge(), some)
    found = ranked(known, *given_)
    assert not set(found) & set(given_)
    assert all(any(sku in one.skus and set(given_) & set(one.skus) for one in some) for sku in found)
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert all(score > 0 for score in found.values())


@given(baskets)
def test_the_index_reads_the_same_both_ways(some):
    known = learn(Knowledge(), some)
    forwards = {
        (basket, int(code))
        for basket in range(known.baskets)
        for code in known.lines[known.starts[basket] : known.starts[basket + 1]]
    }
    backwards = {
        (int(basket), code)
        for code in range(len(known.skus))
        for basket in known.holders[known.holder_starts[code] : known.holder_starts[code + 1]]
    }
    assert forwards == backwards
    assert len(forwards) == len(known.lines)


@given(st.integers(0, 4_000_000_000_000))
def test_a_sale_counts_double_after_the_half_life(moment):
    later = moment + round(decay.POPULAR_DAYS * DAY)
    assert decay.popularity_weight(later) == pytest.approx(2 * decay.popularity_weight(moment))


@given(st.integers(-(2**63), 2**63 - 1))
def test_no_date_is_too_absurd_for_popularity(moment):
    assert 0 < decay.popularity_weight(moment) < float("inf")


MOMENTS = st.one_of(st.integers(-(2**63), 2**63 - 1), st.integers(1_200_000_000_000, 1_800_000_000_000))


@given(st.lists(MOMENTS, min_size=1, max_size=30), st.data())
def test_popularity_is_the_exact_sum_of_its_sales_in_any_order(moments, data):
    text = ""
    for moment in data.draw(st.permutations(moments)):
        text = decay.units_to_text(decay.units_of_text(text) + decay.popularity_units(moment))
    units = sum(decay.popularity_units(moment) for moment in moments)
    assert (decay.units_of_text(text), decay.units_to_text(units)) == (units, text)
    assert decay.weight_of_units(units) == pytest.approx(sum(map(decay.popularity_weight, moments)))
    for moment in data.draw(st.permutations(moments)):
        text = decay.units_to_text(decay.units_of_text(text) - decay.popularity_units(moment))
    assert text == ""


def test_equal_scores_are_in_the_order_of_skus_whatever_was_learnt_first():
    pairs = [Basket(1_700_000_000_000, ["CUP", sku]) for sku in ("D", "B", "A", "E", "C")]
    for baskets in (pairs, pairs[::-1]):
        for known in (
            knowledge.learn(Knowledge(), baskets),
            knowledge.learn(knowledge.learn(Knowledge(), baskets[:2]), baskets[2:]),
        ):
            seeds = ranking.codes_of(known, ["CUP"])
            found = ranking.look_up(known, seeds, np.ones(1), limit=3)
            assert [known.skus[code] for code in found] == ["A", "B", "C"]
            codes, _ = ranking.rank(known, seeds, np.ones(1), found)
            assert [known.skus[code] for code in codes] == ["A", "B", "C"]


@given(st.data())
def test_what_is_known_does_not_depend_on_the_order_of_baskets(data):
    lines = st.lists(st.sampled_from("ABCDEF"), min_size=1, max_size=5)
    baskets = data.draw(st.lists(st.builds(Basket, st.sampled_from([1_000, 2_000, 900_000_000]), lines), max_size=12))
    other = data.draw(st.permutations(baskets))
    cut = data.draw(st.integers(0, len(baskets)))
    once = knowledge.learn(Knowledge(), baskets)
    again = knowledge.learn(knowledge.learn(Knowledge(), other[:cut]), other[cut:])
    assert (again.skus, again.codes) == (once.skus, once.codes)
    for name in ("bought_at", "lines", "starts", "holders", "holder_starts", "weights", "strengths"):
        assert np.array_equal(getattr(again, name), getattr(once, name)), name


@pytest.mark.parametrize("limit", [0, -1, 101, 2**31 - 1])
def test_a_limit_out_of_range_is_refused(limit):
    with pytest.raises(common.InvalidInput, match=str(limit)) as refused:
        validation.check_limit(limit)
    assert refused.value.field == "limit"


@pytest.mark.parametrize("sku", ["", " ", "a b", "x" * 65, "x" * 10_000, "🧣", "a\n", "a/b"])
def test_what_cannot_be_a_sku_is_refused_without_repeating_all_of_it(sku):
    with pytest.raises(common.InvalidInput) as refused:
        validation.check_skus(["GOOD-1", sku], "skus")
    assert refused.value.field == "skus"
    assert len(refused.value.message) < 200


def test_too_many_skus_are_refused():
    with pytest.raises(common.InvalidInput, match="1001"):
        validation.check_skus(["A"] * 1001, "skus")


@pytest.mark.parametrize("category_id", ["", "x" * 65, "a\nb"])
def test_what_cannot_be_a_category_is_refused(category_id):
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
def test_what_an_event_of_the_inventory_leaves_to_be_sold(event, change):
    assert stock.change(event) == change


def test_every_event_of_the_inventory_is_accounted_for():
    union = {spec[2].__name__ for spec in inventory.InventoryEvent.thrift_spec.values()}
    assert union - stock.KINDS == {"StockAllocated", "StockShipped"}
