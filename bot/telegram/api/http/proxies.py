"""Proxies: what HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY say."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib import request
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy. `address` may hold a password; `place` is the address without it, for logs."""

    address: str = field(repr=False)

    @property
    def place(self) -> str:
        return self.address.rpartition("@")[2].rpartition("://")[2].rstrip("/")

    @property
    def is_usable(self) -> bool:
        """Tell whether we can use it: only plain HTTP to the proxy, neither SOCKS nor TLS."""
        return urlsplit(self.address).scheme == "http"


def proxy_for(url: str) -> Proxy | None:
    """Return the proxy that the environment names for this address; None where there is none, and for
    addresses of this machine.
    """
    named, parts = request.getproxies_environment(), urlsplit(url)
    address = named.get(parts.scheme) or named.get("all")
    place = parts.netloc.rpartition("@")[2]
    bypassed = request.proxy_bypass_environment(place, named)  # type: ignore[attr-defined]  # not in typeshed
    if not address or bypassed or _is_here(parts.hostname or ""):
        return None
    return Proxy(address if "://" in address else f"http://{address}")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
