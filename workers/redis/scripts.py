"""The Lua scripts that change records, one for each transition. Each is a file in `lua`.

Redis runs a script as a whole, so that of two workers, or of a worker and a client that cancels, only one wins. All
times are Redis's own: workers run on many machines, and their clocks differ.

A script gets its arguments in ARGV. It uses the names of keys as `workers.redis.keys` defines them. A line
`-- needs: NAME, ...` loads functions of `lua/shared` before it. A full Redis runs a script whose first line is
`#!lua flags=allow-oom`, so that accepted jobs end, expired ones are removed, and it drains. It refuses the others,
which add a job or an upload.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, Final, Generic, TypeVar, cast

import redis
import redis.client

from workers.redis import keys
from workers.redis.connect import broker_errors

T = TypeVar("T")

_LUA: Final = Path(__file__).with_name("lua")
_SHEBANG: Final = re.compile(r"#!.*\n")
_NEEDS: Final = re.compile(r"^-- needs: (.+)$", re.MULTILINE)
_WORD: Final = re.compile(r"\w+")
_KEYS: Final = {name: value for name, value in vars(keys).items() if name.isupper()}


class Script(Generic[T]):
    """A Lua script with an answer of type T.

    Args:
        client: the client that runs it.
        name: the name of its file.
    """

    def __init__(self, client: redis.Redis, name: str) -> None:
        self._script = client.register_script(script_text(name))

    def __call__(self, *args: str | bytes | float) -> T:
        """Run the script.

        Raises:
            BrokerError: Redis cannot be reached, or refuses to write.
        """
        with broker_errors():
            return cast("T", self._script(args=args))

    def add_to(self, pipeline: redis.client.Pipeline, *args: str | bytes | float) -> None:
        """Add a run of the script to a pipeline."""
        self._script(args=args, client=pipeline)


@cache
def script_text(name: str) -> str:
    """Return the text of a script, with the functions and the names of keys that it uses."""
    text = (_LUA / f"{name}.lua").read_text()
    shebang = _SHEBANG.match(text)
    first = shebang[0] if shebang else ""
    body = "".join(_shared(text)) + text.removeprefix(first)
    words = set(_WORD.findall(body))
    used = (f"local {key} = '{value}'\n" for key, value in _KEYS.items() if key in words)
    return first + "".join(used) + body


def _shared(text: str) -> list[str]:
    needs = _NEEDS.search(text)
    return [(_LUA / "shared" / f"{name}.lua").read_text() for name in needs[1].split(", ")] if needs else []


def pairs_of(flat: list[bytes] | tuple[bytes, ...]) -> dict[bytes, bytes]:
    """Return a hash that a script has returned: names and values in turn."""
    return dict(zip(flat[::2], flat[1::2], strict=True))


def flat(fields: dict[str, Any]) -> list[Any]:
    """Return the fields of a hash as arguments of a script: names and values in turn."""
    return [part for pair in fields.items() for part in pair]
