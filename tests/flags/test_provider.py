"""The provider for OpenFeature's SDK."""

import pytest
from openfeature import api
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import ErrorCode
from openfeature.flag_evaluation import Reason
from openfeature.provider.no_op_provider import NoOpProvider

from thriftshop.flags import provider
from thriftshop.flags.evaluation import Flag, Ranges, Subject

ALL = Ranges([(10_000, "in")])
VALUES = {"bool": True, "str": "green", "int": 3, "float": 0.5, "object": {"columns": 3}}
CONTEXT = EvaluationContext("visitor-0000000000000001")


@pytest.fixture
def client():
    """A client of a flag of each type, and the exposures that it reports."""
    flags = {
        key: Flag(key, {"on": value}, "on", True, enrolment=ALL, allocations=(Ranges([(10_000, "on")]),))
        for key, value in VALUES.items()
    }
    reported = []
    yield provider.client("test", flags.get, reported.append), reported
    # Not `clear_providers`, which would also take the gateway's.
    api.set_provider(NoOpProvider(), "test")


@pytest.mark.parametrize("key", VALUES)
def test_a_flag_has_the_value_of_its_variant(client, key):
    connected, reported = client
    default = type(VALUES[key])()
    details = provider.details(connected, key, default, Subject(CONTEXT.targeting_key))
    assert (details.value, details.variant, details.reason) == (VALUES[key], "on", Reason.SPLIT)
    (exposure,) = reported
    assert exposure[:3] == (CONTEXT.targeting_key, key, "on")


@pytest.mark.parametrize(
    ("key", "context", "code"),
    [
        ("nothing", CONTEXT, ErrorCode.FLAG_NOT_FOUND),
        ("int", CONTEXT, ErrorCode.TYPE_MISMATCH),
        ("str", None, ErrorCode.TARGETING_KEY_MISSING),
    ],
)
def test_the_default_is_used_where_a_flag_cannot_be_evaluated(client, key, context, code):
    connected, reported = client
    details = connected.get_string_details(key, "blue", context)
    assert (details.value, details.error_code, reported) == ("blue", code, [])


def test_a_whole_number_serves_as_a_float(client):
    connected, _ = client
    assert connected.get_float_value("int", 0.0, CONTEXT) == 3.0


def test_a_subject_survives_as_an_evaluation_context():
    for subject in (Subject("v", "c", {"button": "blue"}, is_known=False), Subject("v")):
        found = provider.subject_of(provider.context_of(subject))
        assert found._replace(attributes={}) == subject
