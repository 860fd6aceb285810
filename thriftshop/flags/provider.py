"""The shop's flags as a provider for OpenFeature's SDK: evaluated in memory."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from openfeature import api
from openfeature.client import OpenFeatureClient
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import FlagNotFoundError, TargetingKeyMissingError, TypeMismatchError
from openfeature.flag_evaluation import FlagEvaluationDetails, FlagResolutionDetails, FlagValueType, Reason
from openfeature.hook import Hook, HookContext, HookHints
from openfeature.provider import AbstractProvider, Metadata

from thriftshop import clock
from thriftshop.flags.evaluation import Flag, Subject, evaluate
from thriftshop.flags.exposures import Exposure

T = TypeVar("T")
# Attributes of the evaluation context that are not the visitor's own.
CUSTOMER, SEEN, KNOWN = "customer", "seen", "is_known"
COUNTED = "counted"


class Provider(AbstractProvider):
    """Resolves flags by `find(key)`."""

    def __init__(self, find: Callable[[str], Flag | None]) -> None:
        super().__init__()
        self._find = find

    def get_metadata(self) -> Metadata:
        """The name of the provider."""
        return Metadata(name="Thrift Shop")

    def resolve_boolean_details(
        self, flag_key: str, default_value: bool, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[bool]:
        """The value of a Boolean flag."""
        return self._resolve(flag_key, (bool,), evaluation_context)

    def resolve_string_details(
        self, flag_key: str, default_value: str, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[str]:
        """The value of a text flag."""
        return self._resolve(flag_key, (str,), evaluation_context)

    def resolve_integer_details(
        self, flag_key: str, default_value: int, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[int]:
        """The value of a whole number's flag."""
        return self._resolve(flag_key, (int,), evaluation_context)

    def resolve_float_details(
        self, flag_key: str, default_value: float, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[float]:
        """The value of a number's flag."""
        return self._resolve(flag_key, (float, int), evaluation_context, float)

    def resolve_object_details(
        self,
        flag_key: str,
        default_value: Sequence[FlagValueType] | Mapping[str, FlagValueType],
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[Any]:
        """The value of a structured flag."""
        return self._resolve(flag_key, (dict, list), evaluation_context)

    def _resolve(
        self,
        key: str,
        types: tuple[type, ...],
        context: EvaluationContext | None,
        convert: Callable[[Any], Any] = lambda value: value,
    ) -> FlagResolutionDetails[Any]:
        flag = self._find(key)
        if flag is None:
            raise FlagNotFoundError(f"There is no flag {key[:40]!r}.")
        variant, reason, is_counted = evaluate(flag, subject_of(context), clock.now())
        value = flag.values[variant]
        if type(value) not in types:
            raise TypeMismatchError(f"The values of {key} have the type {type(value).__name__}.")
        return FlagResolutionDetails(
            convert(value), variant=variant, reason=Reason(reason), flag_metadata={COUNTED: is_counted}
        )


def subject_of(context: EvaluationContext | None) -> Subject:
    """The subject of an evaluation context. Raises TargetingKeyMissingError without one."""
    if context is None or not context.targeting_key:
        raise TargetingKeyMissingError("The evaluation context has no targeting key: the visitor's id.")
    attributes = context.attributes
    seen: Any = attributes.get(SEEN)
    customer, is_known = str(attributes.get(CUSTOMER) or ""), attributes.get(KNOWN) is not False
    return Subject(context.targeting_key, customer, seen, attributes, is_known)


def context_of(subject: Subject) -> EvaluationContext:
    """The evaluation context of a subject."""
    attributes = {**subject.attributes, CUSTOMER: subject.customer, KNOWN: subject.is_known}
    if subject.seen is not None:
        attributes[SEEN] = subject.seen
    return EvaluationContext(subject.unit, attributes)


class ExposureHook(Hook):
    """Reports an exposure after each evaluation whose result is used."""

    def __init__(self, report: Callable[[Exposure], None]) -> None:
        self._report = report

    def after(self, hook_context: HookContext, details: FlagEvaluationDetails[FlagValueType], hints: HookHints) -> None:
        """Report who got which variant."""
        unit = hook_context.evaluation_context.targeting_key
        if unit and details.variant is not None and details.flag_metadata.get(COUNTED):
            self._report(Exposure(unit, details.flag_key, details.variant, clock.now()))


def client(domain: str, find: Callable[[str], Flag | None], report: Callable[[Exposure], None]) -> OpenFeatureClient:
    """A client of these flags, whose evaluations are reported as exposures."""
    api.set_provider_and_wait(Provider(find), domain)
    connected = api.get_client(domain)
    connected.add_hooks([ExposureHook(report)])
    return connected


def details(client: OpenFeatureClient, key: str, default: Any, subject: Subject) -> FlagEvaluationDetails[Any]:
    """The evaluation of a flag whose values have the type of the default."""
    evaluate_typed: dict[type, Callable[..., FlagEvaluationDetails[Any]]] = {
        bool: client.get_boolean_details,
        str: client.get_string_details,
        int: client.get_integer_details,
        float: client.get_float_details,
    }
    return evaluate_typed.get(type(default), client.get_object_details)(key, default, context_of(subject))
