"""The settings: environment variables that begin with NEWSMILL_. Imports nothing but schemas."""

from schemas.settings.declarations import (
    SETTINGS,
    Setting,
    Settings,
    SettingValue,
    describe_settings,
    load_settings,
)

__all__ = ["SETTINGS", "Setting", "SettingValue", "Settings", "describe_settings", "load_settings"]
