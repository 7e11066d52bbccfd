"""The bind check: without keys, the service may listen on loopback addresses only."""

from __future__ import annotations

from ipaddress import ip_address

from schemas.errors import SettingsError
from schemas.settings import Settings


def check_exposure(settings: Settings) -> None:
    """Check that the address to listen on is allowed, and that the keys can be read.

    Raises:
        SettingsError: the address is not a loopback address and there are no keys, or the keys cannot be read.
    """
    if settings.api_keys or settings.operator_keys:
        from service.auth.keys import key_rings  # noqa: PLC0415

        key_rings(settings)
        return
    if settings.open:
        return
    variable, address = "NEWSMILL_HOST", settings.host
    if settings.published is not None:
        variable, address = "NEWSMILL_PUBLISHED", settings.published
    if not is_loopback(address):
        raise SettingsError(
            f"{variable}={address}: without keys, the service listens on this machine only (127.0.0.1, ::1). "
            "Set NEWSMILL_API_KEYS (`newsmill key NAME` makes a key), "
            "or set NEWSMILL_OPEN=yes to let anyone who reaches the port do everything"
        )


def is_loopback(host: str) -> bool:
    """Return whether a host name or address always means this machine."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):  # RFC 6761, section 6.3
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
