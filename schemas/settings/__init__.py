"""The settings: environment variables that begin with NEWSMILL_. Imports schemas only."""

from schemas.settings.declaration import (
    SETTINGS,
    Setting,
    Settings,
    SettingValue,
    describe_settings,
    load_settings,
    masked,
)
from schemas.settings.values import DEFAULT_TIMINGS, Timings

__all__ = [
    "DEFAULT_TIMINGS",
    "SETTINGS",
    "Setting",
    "SettingValue",
    "Settings",
    "Timings",
    "describe_settings",
    "load_settings",
    "masked",
]
