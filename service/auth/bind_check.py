"""Where the service may listen: without keys on this machine alone."""

from __future__ import annotations

from ipaddress import ip_address

from schemas.errors import SettingsError
from schemas.settings import Settings


def check_exposure(settings: Settings) -> None:
    """Whether the service may listen where it is to: without keys on this machine alone.

    Raises:
        SettingsError: it may not, or the keys cannot be read.
    """
    if settings.api_keys:
        from service.auth.keys import KeyRing  # noqa: PLC0415

        KeyRing(settings.api_keys)
        return
    if settings.open:
        return
    variable, address = "NEWSMILL_HOST", settings.host
    if settings.published is not None:
        variable, address = "NEWSMILL_PUBLISHED", settings.published
    if not is_loopback(address):
        raise SettingsError(
            f"{variable}={address}: without keys the service is for this machine alone (127.0.0.1, ::1). "
            "Set NEWSMILL_API_KEYS (`newsmill key NAME` makes a key), "
            "or NEWSMILL_OPEN=yes where whoever reaches the port may do everything"
        )


def is_loopback(host: str) -> bool:
    """Whether a host, as a URL or a setting names it, is this machine and can be no other."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):  # RFC 6761, section 6.3
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
