"""Network addresses of clients: what counts as one place, and what is shown of it."""

import ipaddress


def network(address: str | None) -> str:
    """What counts as one address: an IPv4 address, an IPv6 network of 64 bits; empty where it is unknown."""
    parsed = _parsed(address)
    if parsed is None:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((parsed, 64), strict=False))
    return str(parsed)


def masked(address: str | None) -> str:
    """An address without the part that tells one device from its neighbours: `203.0.113.x`; empty where it is unknown."""
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
