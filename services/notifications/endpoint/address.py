"""Where webhooks may be sent. Pure: an address in, yes or a refusal out.

The literal host of a URL is judged when it is registered; whatever a name stands for is judged again, address
by address, when the socket opens. Only the second is proof: a name may mean something else tomorrow.
"""

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from services.notifications.endpoint.errors import TargetRefused

Network = IPv4Network | IPv6Network

NEVER = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
        "::/96",  # unspecified, loopback, IPv4-compatible
        "::ffff:0:0/96",  # IPv4-mapped: would reach the IPv4 address inside
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",  # NAT64, local use
        "100::/64",
        "2001::/23",  # Teredo and other protocol assignments
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)
LOCAL_NAMES = ("localhost", "local", "internal", "intranet", "home.arpa", "lan", "corp")


@dataclass(frozen=True, slots=True)
class TargetPolicy:
    """Which networks are open although they are not public; outside a sandbox there are none."""

    allowed: tuple[Network, ...] = ()

    def opens(self, address: IPv4Address | IPv6Address, *, plain: bool) -> bool:
        """Say whether a socket may be opened to an address; `plain` means without TLS."""
        if any(address.version == network.version and address in network for network in self.allowed):
            return True
        return not plain and is_public(address)


def policy_of(allowed: Sequence[Network], *, sandbox: bool) -> TargetPolicy:
    """Return the policy of an installation: allowed networks count in sandbox mode only."""
    return TargetPolicy(tuple(allowed) if sandbox else ())


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Say whether an address lies in the public Internet, and nowhere near us."""
    inside = any(address.version == network.version and address in network for network in NEVER)
    return address.is_global and not inside


def read_address(host: str) -> IPv4Address | IPv6Address | None:
    """Read a literal address, also in the old spellings (`127.1`, `0x7f000001`) that a system resolves."""
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def require_target(url: str, policy: TargetPolicy) -> None:
    """Refuse an address that is malformed, not https, or literally inside."""
    host, scheme = _parts(url)
    if scheme != "https" and not (scheme == "http" and policy.allowed):
        raise TargetRefused("https_only", "A webhook address begins with https://.")
    address = read_address(host)
    if address is not None:
        if not policy.opens(address, plain=scheme == "http"):
            raise TargetRefused("address_not_public", f"{host} is not a public address.")
        return
    name = host.rstrip(".").lower()
    local = any(name == word or name.endswith("." + word) for word in LOCAL_NAMES)
    if (local or "." not in name) and not policy.allowed:
        raise TargetRefused("address_not_public", f"{host} is not a public name.")


def _parts(url: str) -> tuple[str, str]:
    if not url.isascii() or any(c.isspace() or ord(c) < 0x21 or ord(c) == 0x7F or c == "\\" for c in url):
        raise TargetRefused("url_invalid", "The address has characters that a URL cannot have.")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise TargetRefused("url_invalid", "The address is not a URL.") from error
    if not host:
        raise TargetRefused("url_invalid", "The address names no host.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise TargetRefused("url_invalid", "The address carries neither a user nor a fragment.")
    return host, parts.scheme
