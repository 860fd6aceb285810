"""Network addresses of clients, for throttling and for display."""

import ipaddress
from functools import lru_cache


@lru_cache(maxsize=10_000)
def network(address: str | None) -> str:
    """The network that is throttled as one client: an IPv4 address, or an IPv6 /64; empty if unknown."""
    parsed = _parsed(address)
    if parsed is None:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((parsed, 64), strict=False))
    return str(parsed)


def masked(address: str | None) -> str:
    """An address without the part that identifies a device: `203.0.113.x`; empty if unknown."""
    parsed = _parsed(address)
    if parsed is None:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((parsed, 64), strict=False).network_address).removesuffix("::") + "::x"
    return str(parsed).rpartition(".")[0] + ".x"


def _parsed(address: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        parsed = ipaddress.ip_address((address or "").strip().partition("%")[0])
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed
