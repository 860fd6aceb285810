"""Flags in the gateway: who gets which variant, what services and events are told, and what counts as an exposure."""

from collections import Counter

import pytest
from asgiref.sync import async_to_sync

from apps.experiments.models import Exposure
from apps.experiments.service import Service
from apps.gateway import flags, visitors
from apps.recommender.service import recommending
from idl import common, experiments, recommender
from tests import acting
from tests.experiments import steps
from tests.gateway import client, shop
from thriftshop import call_context, clock, reads, rpc
from thriftshop.events import streams
from thriftshop.flags.evaluation import needs_record
from thriftshop.graphql.requests import Context, Incoming
from thriftshop.rpc import reflection

pytestmark = pytest.mark.django_db
VISITORS = [f"visitor-{number:012d}" for number in range(60)]
RECOMMENDATIONS = "{ recommendations(first: 3) { edges { reason node { sku } } } }"


def request(visitor=None, customer=None, **headers):
    """A request of a visitor, or of a customer."""
    sent = ({"visitor": visitor} if visitor else {}) | headers
    viewer = common.Viewer(id=customer, role=common.Role.CUSTOMER) if customer else None
    return Context(Incoming("POST", sent), viewer)


def use(context, key="button", default="none"):
    token = acting.as_customer(context.identified.id) if context.identified else acting.as_stranger()
    with token:
        return async_to_sync(flags.use)(context, key, default)


def variant(visitor=None, customer=None, **headers):
    return use(request(visitor, customer, **headers)).variant


def exposed():
    flags.EXPOSURES.flush()
    steps.project_all()
    return sorted(Exposure.objects.values_list("unit", "variant"))


def down(monkeypatch):
    """Make the experiments unavailable."""

    def refuse(*arguments):
        raise rpc.Unavailable("down")

    for method in reflection.methods(experiments.ExperimentsService):
        monkeypatch.setattr(Service, method, staticmethod(refuse))


def test_without_a_flag_the_default_is_used(following):
    assert use(request(VISITORS[0])) == ("button", "none", None)


def test_visitors_are_split_and_each_gets_the_same_every_time(following):
    following.start()
    first = {visitor: variant(visitor) for visitor in VISITORS}
    assert set(first.values()) == {"blue", "green"}
    assert {visitor: variant(visitor) for visitor in VISITORS} == first
    assert exposed() == sorted(first.items())


def test_the_id_may_be_a_cookie(following):
    following.start()
    for visitor in VISITORS[:10]:
        assert variant(cookie=f"theme=dark; visitor={visitor}") == variant(visitor)


@pytest.mark.parametrize("headers", [{"dnt": "1"}, {"sec-gpc": "1"}])
def test_who_objects_to_tracking_takes_no_part(following, headers):
    following.start()
    assert use(request(VISITORS[0], **headers)) == ("button", "blue", None)
    assert use(request(VISITORS[0], acting.CUSTOMER, **headers)).variant is None
    assert exposed() == []


@pytest.mark.parametrize("visitor", ["short", "x" * 65, "with spaces in it ....", "customer:0123456789abcdef"])
def test_an_invalid_id_takes_no_part(following, visitor):
    following.start()
    assert visitors.visitor_of({"visitor": visitor}) is None
    assert variant(visitor) is None


def test_a_stopped_flag_has_no_effect_even_if_it_cannot_be_read_again(following, monkeypatch):
    following.start()
    green = next(visitor for visitor in VISITORS if variant(visitor) == "green")
    steps.do("stop_flag", "button", "Too many errors.")
    down(monkeypatch)
    following.deliver()
    assert use(request(green)).value == "blue"


def test_flags_work_while_the_service_is_down(following, monkeypatch):
    following.start()
    before = {visitor: variant(visitor) for visitor in VISITORS}
    known = variant(VISITORS[0], acting.CUSTOMER)
    exposed()
    down(monkeypatch)
    assert {visitor: variant(visitor) for visitor in VISITORS} == before
    assert variant("another-device-1", acting.CUSTOMER) == known
    assert use(request(VISITORS[1], acting.OTHER)).value == before[VISITORS[1]]
    assert len(flags.EXPOSURES) == 0


def test_flags_that_could_not_be_read_are_read_later(following, monkeypatch):
    steps.start()
    with monkeypatch.context() as patch:
        down(patch)
        following.deliver()
        assert variant(VISITORS[0]) is None
    flags.DEFINITIONS.complete()
    assert variant(VISITORS[0]) is not None


def test_login_carries_the_variant_over_to_all_devices(following):
    following.start()
    phone = next(visitor for visitor in VISITORS if variant(visitor) == "green")
    laptop = next(visitor for visitor in VISITORS if variant(visitor) == "blue")
    exposed()
    assert variant(phone, acting.CUSTOMER) == "green"
    assert variant(laptop, acting.CUSTOMER) == "green"
    flags.SUBJECTS.clear()
    assert variant(None, acting.CUSTOMER) == "green"


def test_a_link_made_by_another_process_is_followed(following):
    following.start()
    phone = next(visitor for visitor in VISITORS if variant(visitor) == "green")
    own = variant(None, acting.CUSTOMER)
    with acting.as_customer():
        steps.service().resolve_subject(phone)
    following.deliver()
    assert variant(None, acting.CUSTOMER) == "green"
    assert own in ("blue", "green")


def test_a_change_of_weights_keeps_what_was_seen_and_applies_to_new_visitors(following):
    following.start()
    seen = {visitor: variant(visitor) for visitor in VISITORS[:30]}
    following.do("set_weights", "button", {"blue": 0, "green": 100}, "Green is better.")
    moved = [visitor for visitor in VISITORS if needs_record(flags.DEFINITIONS.get("button"), visitor)]
    assert set(moved) & set(seen)
    assert {visitor: variant(visitor) for visitor in seen} == seen
    assert {variant(visitor) for visitor in VISITORS[30:]} == {"green"}


def test_a_ramp_up_keeps_who_is_in(following):
    following.start(share=2_000)
    seen = {visitor: variant(visitor) for visitor in VISITORS}
    inside = {visitor for visitor, _ in exposed()}
    assert 0 < len(inside) < 30
    following.do("set_share", "button", 8_000, "Ramp-up.")
    after = {visitor: variant(visitor) for visitor in VISITORS}
    assert {visitor: after[visitor] for visitor in inside} == {visitor: seen[visitor] for visitor in inside}
    assert len({visitor for visitor, _ in exposed()}) > len(inside)


def test_a_tester_s_variant_is_not_an_exposure(following):
    following.start()
    for chosen in ("blue", "green"):
        following.do("set_override", "button", VISITORS[0], chosen)
        following.do("set_override", "button", acting.CUSTOMER, chosen)
        assert variant(VISITORS[0]) == variant(VISITORS[1], acting.CUSTOMER) == chosen
    assert exposed() == []


def test_a_shipped_variant_is_everyone_s(following):
    following.start()
    following.do("ship_variant", "button", "green", "It won.")
    assert {use(request(visitor)).value for visitor in VISITORS} == {"green"}
    assert use(request()).value == "green"


@pytest.mark.parametrize(
    ("audience", "visitor_s", "customer_s"),
    [
        (experiments.Audience(signed_in=True), False, True),
        (experiments.Audience(signed_in=False), True, False),
        (experiments.Audience(countries=["GB"]), True, True),
        (experiments.Audience(countries=["DE"]), False, False),
        (experiments.Audience(is_new=False), False, False),
        (experiments.Audience(segments=["loyal"]), False, False),
    ],
)
def test_the_audience_decides_who_takes_part(following, settings, audience, visitor_s, customer_s):
    settings.COUNTRY_HEADER = "cf-ipcountry"
    following.start(audience=audience)
    country = {"cf-ipcountry": "gb"}
    use(request(VISITORS[0], **country))
    assert bool(exposed()) == visitor_s
    Exposure.objects.all().delete()
    use(request(VISITORS[1], acting.CUSTOMER, **country))
    assert bool(exposed()) == customer_s


def test_a_customer_is_new_for_thirty_days(following, stocked_shop, monkeypatch):
    ann = shop.someone("ann")
    following.start(audience=experiments.Audience(is_new=True))
    use(request(VISITORS[0], ann.id))
    assert len(exposed()) == 1
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + 31 * 86_400_000)
    assert use(request(VISITORS[0], ann.id)).value == "blue"


@pytest.fixture
def stocked_shop(db):
    shop.stock_up()


def test_services_and_events_are_told_the_variants(following, stocked_shop, monkeypatch):
    """The recommender reads its variant from the call context; an event of a mutation has all of the visitor's variants."""
    told = []
    real = recommending._recommendations
    monkeypatch.setattr(
        recommending,
        "_recommendations",
        lambda *arguments: told.append(call_context.current().variant) or real(*arguments),
    )
    following.start()
    following.start(
        recommender.FLAG,
        variants=steps.variants({recommender.BASKETS: 50, recommender.POPULAR: 50}),
        default_variant=recommender.BASKETS,
    )
    reasons = Counter()
    for visitor in VISITORS[:20]:
        client.send({"query": RECOMMENDATIONS}, visitor=visitor)
        reasons[use(request(visitor), recommender.FLAG).variant] += 1
    assert told == [f"{recommender.FLAG}={recommender.BASKETS}"] * reasons[recommender.BASKETS]
    assert reasons[recommender.POPULAR] == 20 - len(told)
    units = {unit for unit, _ in exposed()}
    assert units == set(VISITORS[:20])

    opened = 'mutation { openCart(input: {currency: "GBP"}) { ... on OpenCartSuccess { token } } }'
    assert b"token" in client.send({"query": opened}, visitor=VISITORS[0]).body
    (event,) = [record for record in recorded("cart") if record.kind == "CartOpened"]
    expected = {"button": variant(VISITORS[0]), recommender.FLAG: use(request(VISITORS[0]), recommender.FLAG).variant}
    assert event.context.variant == ",".join(f"{key}={value}" for key, value in sorted(expected.items()))


def recorded(topic):
    return list(streams.of(topic).scan())


def test_a_response_is_stored_until_its_flag_changes(following, stocked_shop):
    """Without a running flag, responses are shared; with one, they are made for each visitor."""
    context = request(VISITORS[0])
    steps.create()
    following.deliver()
    with reads.recording() as read:
        use(context)
    assert read.is_known
    assert read.are_current()
    following.do("start_flag", "button")
    assert not read.are_current()
    with reads.recording() as read:
        use(context)
    assert not read.is_known
