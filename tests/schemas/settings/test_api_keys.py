"""API keys in the setting and in files."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import SettingsError
from schemas.settings import describe_settings, load_settings
from schemas.settings.api_keys import PREFIX, ApiKeys, Key, digest_of, hashed_entry, new_key, parse_api_keys, parse_keys

ONE = "a-key-of-the-newsroom"
TWO = "another:key,of=them".replace(",", "/")
HEX = hashlib.sha256(ONE.encode()).hexdigest()

keys = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters=",:#"), min_size=16)
names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,20}", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "callers"),
    [
        (ONE, [f"key-{HEX[:16]}"]),
        (f"{ONE},{ONE[::-1]}", [f"key-{HEX[:16]}", f"key-{digest_of(ONE[::-1])[:16]}"]),
        (f" newsroom:{ONE} ,\n desk:{TWO}", ["newsroom", "desk"]),
        (f"newsroom:sha256:{HEX}", ["newsroom"]),
        (f"newsroom:sha256:{HEX.upper()} newsroom:{TWO}", ["newsroom", "newsroom"]),
        (f"# of the desk\n\n  # newsroom:x\ndesk:{ONE}", ["desk"]),
    ],
)
def test_entries_have_keys_or_digests(text: str, callers: list[str]) -> None:
    assert [key.caller for key in parse_keys(text)] == callers


@given(st.lists(st.tuples(names, keys), min_size=1, unique_by=lambda pair: pair[1]))
def test_parsed_entries_keep_digests_only(pairs: list[tuple[str, str]]) -> None:
    wanted = tuple(Key(caller=name, digest=digest_of(key)) for name, key in pairs)
    assert parse_keys(",".join(f"{name}:{key}" for name, key in pairs)) == wanted
    assert parse_keys("\n".join(hashed_entry(name, key) for name, key in pairs)) == wanted
    assert not any(key in repr(wanted) for _, key in pairs)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("short", "keys of at least 16 characters; entry 1 has 5. `newsmill key NAME` makes one"),
        (f"{ONE}, desk:short", "keys of at least 16 characters; entry 2 has 5"),
        (f"desk:sha256:{HEX[1:]}", "entry 1, of desk, needs 64 hexadecimal digits after sha256:"),
        (f":{ONE}", "entry 1 has no valid name before its colon"),
        (f"{ONE}é", "keys of visible ASCII characters; entry 1 has others"),
        (f"desk:{ONE} newsroom:{ONE}", "one caller for each key; desk has the key of entry 2 too"),
        (",", "the list is empty"),
        ("/run/secrets/not-there-at-all", "a file with keys, or keys as KEY, NAME:KEY or NAME:sha256:HEX"),
    ],
)
def test_wrong_entry_is_named_by_its_number(text: str, expected: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load_settings({"NEWSMILL_API_KEYS": text})
    assert str(raised.value).startswith("NEWSMILL_API_KEYS='***': expected ")
    assert expected in str(raised.value)
    assert ONE not in str(raised.value)


def test_long_lists_of_keys_are_not_paths() -> None:
    assert len(parse_api_keys(",".join(new_key() for _ in range(300))).keys) == 300
    assert len(parse_api_keys("k" * 1000).keys) == 1


def test_key_file_is_named_by_its_path(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(ONE)
    assert parse_api_keys(str(file)) == ApiKeys(path=file)


def test_settings_show_callers_and_no_keys() -> None:
    text = f"newsroom:{ONE},newsroom:{TWO},desk:sha256:{digest_of('x')}"
    [shown] = [one for one in describe_settings({"NEWSMILL_API_KEYS": text}) if one.variable == "NEWSMILL_API_KEYS"]
    assert (shown.value, shown.source) == ("3 of newsroom, desk", "environment")
    assert ONE not in repr(load_settings({"NEWSMILL_API_KEYS": text}))
    assert digest_of(ONE) not in repr(load_settings({"NEWSMILL_API_KEYS": text}))


def test_new_keys_are_unique_and_have_the_prefix() -> None:
    made = {new_key() for _ in range(1000)}
    assert len(made) == 1000
    assert all(key.startswith(PREFIX) and len(key) == len(PREFIX) + 43 for key in made)


@pytest.mark.parametrize("name", ["", "two words", "a:b", "a,b", "-a", "é", "a" * 65])
def test_invalid_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not a valid name"):
        hashed_entry(name, new_key())
