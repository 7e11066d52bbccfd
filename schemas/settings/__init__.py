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

__all__ = ["SETTINGS", "Setting", "SettingValue", "Settings", "describe_settings", "load_settings", "masked"]
