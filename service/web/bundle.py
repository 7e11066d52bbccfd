"""The scripts and style sheets of the page, each joined into one file, without a build step.

The modules of the page import each other by name, from files beside them, and in no circle. Joined, each is a function
that runs once and returns what it exports, after the modules that it imports.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?:(?:async )?function\*?|const|class) (\w+)", re.MULTILINE)
_RENAMED = re.compile(r"(\w+) as (\w+)")
# Comments that begin their lines. A browser has no use for them.
_COMMENT = re.compile(r"^[ \t]*(?:/\*.*?\*/|//[^\n]*)\n", re.MULTILINE | re.DOTALL)
# No text of the modules goes over several lines, so the space before a line says nothing.
_INDENTATION = re.compile(r"^[ \t]+|^\n", re.MULTILINE)
_LEFT = re.compile(r"^(?:import|export)\b", re.MULTILINE)


def join_modules(modules: Mapping[str, str], entry: str) -> str:
    """Return one script that does what a module and all that it imports do, without comments.

    Args:
        modules: the text of each module, by its file name.
        entry: the file name of the module that starts the page.

    Raises:
        ValueError: modules import each other in a circle, or in a form other than `import { a } from "./b.js";`.
    """
    joined: dict[str, str] = {}
    _add(entry, modules, joined, ())
    return "".join(joined.values())


def _add(name: str, modules: Mapping[str, str], joined: dict[str, str], importers: tuple[str, ...]) -> None:
    if name in joined:
        return
    if name in importers:
        raise ValueError(f"modules import each other in a circle: {' → '.join((*importers, name))}")
    text = modules[name]
    for one in _IMPORT.finditer(text):
        _add(one[2], modules, joined, (*importers, name))
    exported = ", ".join(_EXPORT.findall(text))
    imported = _IMPORT.sub(lambda found: _taken(found[1], found[2]), text)
    body = _without_space(_EXPORT.sub(lambda found: found[0].removeprefix("export "), imported))
    if left := _LEFT.search(body):
        raise ValueError(f"{name} has a form of import or export that is not joined: {body[left.start() :][:60]!r}")
    joined[name] = f"const {_variable(name)} = (() => {{\n{body}\nreturn {{ {exported} }};\n}})();\n"


def _without_space(text: str) -> str:
    """Return a text without comments, indentation and empty lines."""
    return _INDENTATION.sub("", _COMMENT.sub("", text))


def _taken(names: str, module: str) -> str:
    taken = _RENAMED.sub(r"\1: \2", names)
    return f"const {{{taken}}} = {_variable(module)};\n"


def _variable(name: str) -> str:
    return f"module_{name.removesuffix('.js').replace('-', '_')}"


def join_styles(styles: Mapping[str, str], order: Sequence[str]) -> str:
    """Return one style sheet of several, in their order, without comments."""
    return "\n".join(_without_space(styles[f"{name}.css"]) for name in order)
