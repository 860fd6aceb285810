"""What staff do with a flag: each button's form, and its call to the service."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from apps.experiments.admin.forms import DecisionForm, ShareForm, ShipForm, TesterForm, WeightsForm
from apps.experiments.admin.labels import STATE
from idl import common, experiments
from thriftshop import rpc

REFUSED = (common.InvalidInput, common.Forbidden, common.Conflict, common.NotFound, rpc.RpcError)
Make = Callable[[experiments.Flag, Any], forms.Form]
Call = Callable[[str, Any], experiments.Flag]


@dataclass(frozen=True, slots=True)
class Action:
    """A change of a flag: its button, what it does, the states in which it is offered, its form and its call."""

    name: str
    button: str
    explanation: str
    states: frozenset[int]
    form: Make
    call: Call
    is_dangerous: bool = False


def service() -> experiments.ExperimentsService:
    """The experiments by their contract."""
    return rpc.connect(experiments.ExperimentsService)


def message_of(refusal: Exception) -> str:
    """A refusal for the page."""
    if isinstance(refusal, rpc.RpcError):
        return "The experiments service is not available. Try again."
    return str(getattr(refusal, "message", refusal))


DECISIONS = ("ship", "stop")
"""What the page of the results offers."""
ACTIONS: Mapping[str, Action] = {
    action.name: action
    for action in (
        Action(
            "start",
            "Start",
            "Visitors get their variants. A flag that was stopped is resumed with the same visitors in the same variants.",
            frozenset({STATE.DRAFT, STATE.STOPPED}),
            lambda _flag, data: forms.Form(data),
            lambda key, _form: service().start_flag(key),
        ),
        Action(
            "stop",
            "Stop now",
            "Everyone gets the default variant, in all processes at once.",
            frozenset({STATE.RUNNING, STATE.SHIPPED}),
            DecisionForm,
            lambda key, form: service().stop_flag(key, form.cleaned_data["reason"], form.cleaned_data["version"]),
            is_dangerous=True,
        ),
        Action(
            "ship",
            "Ship",
            "Everyone gets this variant, and the experiment ends.",
            frozenset({STATE.DRAFT, STATE.RUNNING, STATE.STOPPED, STATE.SHIPPED}),
            ShipForm,
            lambda key, form: service().ship_variant(
                key, form.cleaned_data["variant"], form.cleaned_data["reason"], form.cleaned_data["version"]
            ),
        ),
        Action(
            "weights",
            "Set the weights",
            "For new visitors. Visitors keep the variant that they have seen.",
            frozenset({STATE.DRAFT, STATE.RUNNING, STATE.STOPPED}),
            WeightsForm,
            lambda key, form: service().set_weights(key, form.weights(), form.cleaned_data["reason"]),
        ),
        Action(
            "share",
            "Set the share",
            "Visitors who are in it stay in it.",
            frozenset({STATE.DRAFT, STATE.RUNNING, STATE.STOPPED}),
            lambda flag, data: ShareForm(data, initial={"share": f"{flag.share / 100:g}"}),
            lambda key, form: service().set_share(
                key, int(form.cleaned_data["share"] * 100), form.cleaned_data["reason"]
            ),
        ),
        Action(
            "tester",
            "Set the tester",
            "A tester gets this variant, in a draft too, and is not counted.",
            frozenset({STATE.DRAFT, STATE.RUNNING}),
            lambda _flag, data: TesterForm(data),
            lambda key, form: service().set_override(
                key, form.cleaned_data["id"].strip(), form.cleaned_data["variant"] or None
            ),
        ),
    )
}
