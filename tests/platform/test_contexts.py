"""Contexts as their `apps.py` describes them: complete, consistent, and available if they are not hosted."""

import re

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission

from thriftshop import contexts, contracts
from thriftshop.contexts import ContextConfig, EventStore
from thriftshop.events import schedule

QUANTITY = re.compile(r"[1-9]\d*(m|Mi|Gi)?")


@pytest.mark.parametrize("name", settings.ALL_CONTEXTS)
def test_each_context_has_a_title_and_valid_defaults(name):
    config = contexts.get(name)
    assert config.label == name
    assert str(config.verbose_name)
    assert config.replicas > 0
    assert all(QUANTITY.fullmatch(quantity) for quantity in config.resources)
    assert config.description or not config.has_admin or config.start_page


@pytest.mark.parametrize("name", settings.ALL_CONTEXTS)
def test_a_context_has_a_topic_exactly_if_its_contract_declares_events(name):
    library = contracts.live()
    declares_events = name in library and library[name].event_union is not None
    assert contexts.get(name).topic == (name if declares_events else "")


def test_contexts_that_are_not_hosted_have_a_description(settings):
    everywhere = {config.label: config.description for config in contexts.all_contexts()}
    settings.CONTEXTS = ["cart"]
    assert [config.label for config in contexts.hosted()] == ["cart"]
    assert {config.label: config.description for config in contexts.all_contexts()} == everywhere
    assert contexts.get("orders").has_admin
    assert contexts.get("orders").event_store is EventStore.STREAMS


def test_groups_and_jobs_are_those_of_the_modules():
    assert [projection.name for projection in contexts.get("cart").projections] == ["cart.summaries"]
    assert {job.name for config in contexts.hosted() for job in config.jobs} == {job.name for job in schedule.jobs()}
    assert contexts.get("gateway").reactions == ()


def test_the_public_context_is_the_gateway_and_one_keeps_accounts():
    assert [name for name in settings.ALL_CONTEXTS if contexts.is_public(name)] == ["gateway"]
    assert not contexts.is_public("somebody")
    assert contexts.accounts().label == "users"
    assert contexts.loader().startup_command == "demo"


def test_an_unknown_name_is_refused_with_those_there_are():
    with pytest.raises(LookupError, match="There is no context 'trade'; choose among: catalog"):
        contexts.get("trade")


def test_an_apps_module_without_a_context_config_is_refused(settings):
    settings.ALL_CONTEXTS = [*settings.ALL_CONTEXTS, "trade"]
    with pytest.raises(TypeError, match=r"apps/trade/apps\.py must define a subclass of .*ContextConfig"):
        contexts.get("trade")


@pytest.mark.django_db
@pytest.mark.parametrize("config", contexts.all_contexts(), ids=lambda case: case.label)
def test_staff_groups_name_permissions_that_exist(config: ContextConfig):
    known = set(Permission.objects.filter(content_type__app_label=config.label).values_list("codename", flat=True))
    assert {codename for names in config.staff_groups.values() for codename in names} <= known
