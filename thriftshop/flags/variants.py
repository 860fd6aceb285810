"""The variants of a call context, which travel with calls and are recorded with events: `flag=variant` pairs."""

from collections.abc import Mapping

from thriftshop import call_context

# What receivers read of the header (`thriftshop.rpc.metadata`); further pairs are left out.
MAX_TEXT = 256


def text(variants: Mapping[str, str]) -> str:
    """Variants by flag as text, in the flags' order."""
    joined = ""
    for flag, variant in sorted(variants.items()):
        pair = f",{flag}={variant}" if joined else f"{flag}={variant}"
        if len(joined) + len(pair) <= MAX_TEXT:
            joined += pair
    return joined


def parse(text: str) -> dict[str, str]:
    """Variants by flag from text; what is no pair is left out."""
    pairs = (pair.partition("=") for pair in text.split(","))
    return {flag: variant for flag, separator, variant in pairs if separator and flag and variant}


def current(flag: str) -> str | None:
    """The variant of a flag in the current call context; None if the caller used none."""
    variant = call_context.current().variant
    return parse(variant).get(flag) if variant else None


def added(variants: dict[str, str]) -> str:
    """The variants of the current call context and these."""
    return text(parse(call_context.current().variant) | variants)
