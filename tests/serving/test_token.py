"""`manage.py token`: a header for trying a call as a named service."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from thriftshop import identity


def test_the_header_names_the_caller_to_the_audience():
    output = StringIO()
    call_command("token", caller="trade", audience="catalog", stdout=output)
    name, _, token = output.getvalue().strip().partition(": ")
    assert name == "thriftshop-caller"
    assert identity.verify_caller_token(token, ["catalog"]) == "trade"


@pytest.mark.parametrize(
    "who", [{"caller": "trade", "audience": "catalogue"}, {"caller": "tram", "audience": "catalog"}]
)
def test_an_unknown_name_is_refused_with_the_known_ones(who):
    with pytest.raises(CommandError, match="choose among: catalog"):
        call_command("token", **who)
