"""Values written as JavaScript: JSON, and what serializers of a page's state write beyond it.

These are names without quotes, strings in other quotes, `undefined`, `void 0`, `!0`, `new Date("…")`,
`JSON.parse("…")`, and the parameters of a function that is called where it stands:
`(function(a,b){return {title:a,body:b}}("A headline","A text"))`. No code is run.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final
from urllib.parse import unquote

_DEEPEST: Final = 100
_BLANK: Final = re.compile(r"(?:\s++|/\*.*?\*/|//[^\n]*+\n)*", re.DOTALL)
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*+"|' + r"'(?:[^'\\]|\\.)*+'|`(?:[^`\\$]|\\.)*+`", re.DOTALL)
_NUMBER: Final = re.compile(r"-?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d++)?")
_WORD: Final = re.compile(r"[A-Za-z_$][\w$]*+")
_ESCAPE: Final = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|.))", re.DOTALL)
_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}
_CONSTANTS: Final = {"true": True, "false": False, "null": None, "undefined": None, "NaN": None, "Infinity": None}
_FUNCTION: Final = re.compile(r"\(\s*function\s*\(([\w$,\s]*)\)\s*\{(?:[^{}\"'`]*?[;{}\s])?return\b")
_WRAPPED: Final = re.compile(r"(?:new\s+(?:Date|Map|Set|URL)|Object\.freeze)\s*\(")
_ENCODED: Final = re.compile(r"decodeURI(?:Component)?\s*\(")
_PARSED: Final = re.compile(r"JSON\.parse\s*\(")
_JSON: Final = json.JSONDecoder(strict=False)


class _Parameter(str):
    """The name of a parameter whose value is not known yet."""

    __slots__ = ()


class LiteralError(ValueError):
    """A text is no literal.

    Args:
        at: the place where that shows.
        reason: what is wrong.
    """

    def __init__(self, at: int, reason: str) -> None:
        super().__init__(at, reason)
        self.at = at


def read_literal(text: str, at: int = 0, *, most: int = 1_000_000) -> tuple[Any, int]:
    """Return the value that begins at a place of a text, and the place behind it.

    Args:
        text: the text.
        at: the place.
        most: the number of characters after which a value that is no JSON is given up.

    Raises:
        LiteralError: no literal begins there, it is too long, or it nests more than 100 levels deep.
    """
    try:
        return _JSON.raw_decode(text, at)
    except RecursionError:
        raise LiteralError(at, "it nests too deep") from None
    except ValueError:
        literal = _Literal(text, at, at + most)
        try:
            return literal.read(), literal.at
        except json.JSONDecodeError:
            raise LiteralError(literal.at, "it holds a text that is no JSON") from None


class _Literal:
    def __init__(self, text: str, at: int, end: int) -> None:
        self._text = text
        self.at = at
        self._end = end
        self._depth = 0
        self._parameters: frozenset[str] = frozenset()

    def read(self) -> Any:
        self._skip()
        found = _FUNCTION.match(self._text, self.at)
        if not found:
            return self._value()
        names = [name.strip() for name in found[1].split(",") if name.strip()]
        self._parameters = frozenset(names)
        self.at = found.end()
        value = self._value()
        self._parameters = frozenset()
        self._take("; ")
        self._expect("}")
        # The call may stand within the brackets or behind them.
        self._take(")")
        self._expect("(")
        arguments = self._list(")")
        return _with_arguments(value, dict(zip(names, arguments, strict=False)))

    def _skip(self) -> None:
        found = _BLANK.match(self._text, self.at)
        if found:
            self.at = found.end()

    def _take(self, characters: str) -> bool:
        self._skip()
        if self._text[self.at : self.at + 1] and self._text[self.at] in characters:
            self.at += 1
            return True
        return False

    def _expect(self, character: str) -> None:
        if not self._take(character):
            raise LiteralError(self.at, f"{character} is missing")

    def _value(self) -> Any:
        self._skip()
        if self.at > self._end:
            raise LiteralError(self.at, "it is too long")
        text, at = self._text, self.at
        match text[at : at + 1]:
            case "{":
                self.at += 1
                return self._object()
            case "[":
                self.at += 1
                return self._list("]")
            case '"' | "'" | "`":
                return self._string()
            case "!":
                self.at += 1
                return not self._value()
            case "(":
                self.at += 1
                value = self._value()
                self._expect(")")
                return value
        if found := _NUMBER.match(text, at):
            self.at = found.end()
            return json.loads(found[0]) if re.fullmatch(r"-?(?:0|[1-9]\d{0,15})", found[0]) else float(found[0])
        return self._word()

    def _word(self) -> Any:
        if found := _PARSED.match(self._text, self.at):
            self.at = found.end()
            value = self._value()
            self._expect(")")
            return json.loads(value) if type(value) is str else None
        if found := _ENCODED.match(self._text, self.at):
            self.at = found.end()
            encoded = self._string()
            self._expect(")")
            return unquote(encoded)
        if found := _WRAPPED.match(self._text, self.at):
            self.at = found.end()
            arguments = self._list(")")
            return arguments[0] if arguments else None
        found = _WORD.match(self._text, self.at)
        if not found:
            raise LiteralError(self.at, "no value stands")
        self.at = found.end()
        if found[0] == "void":
            self._value()
            return None
        if found[0] in _CONSTANTS:
            return _CONSTANTS[found[0]]
        if found[0] in self._parameters:
            return _Parameter(found[0])
        raise LiteralError(self.at, f"{found[0]} is no value")

    def _string(self) -> str:
        self._skip()
        found = _QUOTED.match(self._text, self.at)
        if not found:
            raise LiteralError(self.at, "a string is not closed")
        self.at = found.end()
        inner = found[0][1:-1]
        if "\\" not in inner:
            return inner
        # Two escapes can stand for one character.
        return _ESCAPE.sub(_unescaped, inner).encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def _list(self, end: str) -> list[Any]:
        self._enter()
        found: list[Any] = []
        while not self._take(end):
            if self._take(","):
                found.append(None)
                continue
            found.append(self._value())
            if not self._take(","):
                self._expect(end)
                break
        self._depth -= 1
        return found

    def _object(self) -> dict[str, Any]:
        self._enter()
        found: dict[str, Any] = {}
        while not self._take("}"):
            name = self._name()
            self._expect(":")
            found[name] = self._value()
            if not self._take(","):
                self._expect("}")
                break
        self._depth -= 1
        return found

    def _name(self) -> str:
        if self._text[self.at : self.at + 1] in ('"', "'"):
            return self._string()
        found = _WORD.match(self._text, self.at) or _NUMBER.match(self._text, self.at)
        if not found:
            raise LiteralError(self.at, "no name stands")
        self.at = found.end()
        return found[0]

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise LiteralError(self.at, "it nests too deep")


def _unescaped(escape: re.Match[str]) -> str:
    braced, unit, byte, other = escape.groups()
    if code := braced or unit or byte:
        number = int(code, 16)
        return chr(number) if number < 0x110000 else "\ufffd"
    return _ESCAPED.get(other, other)


def _with_arguments(value: Any, arguments: dict[str, Any]) -> Any:
    """Return a value with the arguments of a call in place of its parameters."""
    if isinstance(value, _Parameter):
        return arguments.get(value)
    if isinstance(value, dict):
        return {name: _with_arguments(inner, arguments) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_arguments(inner, arguments) for inner in value]
    return value
