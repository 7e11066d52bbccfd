"""What pages repeat of the code: excerpts of it, and which package may import which.

    python -m tests.documentation.excerpts

writes both anew. A comment before a block names its definitions: `<!-- excerpt: NAME, OTHER -->`.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.documentation.blocks import DOCS
from tests.running import ROOT
from tests.test_architecture import MAY_IMPORT

DESIGN = DOCS / "design.md"
ADD_A_FORMAT = DOCS / "how-to" / "add-a-format.md"

_PACKAGE = re.compile(r"^(\| `([\w.]+)` \| [^|]+ \|) [^|]+ \|$", re.MULTILINE)
_EXCERPT = re.compile(r'<!-- excerpt: ([\w, ]+) -->\n```python title="([^"]+)"\n.*?```\n', re.DOTALL)


def with_excerpts(page: str) -> str:
    """Return a page with each excerpt as the code has it."""
    return _EXCERPT.sub(_filled, page)


def _filled(found: re.Match[str]) -> str:
    names, path = found[1], found[2]
    code = excerpt(ROOT / path, names.split(", "))
    return f'<!-- excerpt: {names} -->\n```python title="{path}"\n{code}```\n'


def excerpt(path: Path, names: list[str]) -> str:
    """Return the source of top-level definitions: classes and functions after two blank lines, constants together."""
    source = path.read_text()
    lines = source.splitlines()
    text = ""
    for node in ast.parse(source).body:
        if _names_of(node) & {*names}:
            decorators = getattr(node, "decorator_list", [])
            first = min([node.lineno, *(one.lineno for one in decorators)])
            gap = "\n\n" if text and isinstance(node, ast.ClassDef | ast.FunctionDef) else ""
            text += gap + "\n".join(lines[first - 1 : node.end_lineno]) + "\n"
    return text


def _names_of(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return {node.name}
    if isinstance(node, ast.AnnAssign):
        return {ast.unparse(node.target)}
    if isinstance(node, ast.Assign):
        return {ast.unparse(target) for target in node.targets}
    return set()


def with_imports(page: str) -> str:
    """Return the page of the design with the imports of each package as the test of the architecture allows them."""
    head, title, rest = page.partition("## Packages")
    table, end, tail = rest.partition("\n## ")
    return head + title + _PACKAGE.sub(_with_imports, table) + end + tail


def _with_imports(found: re.Match[str]) -> str:
    imports = ", ".join(f"`{name}`" for name in sorted(MAY_IMPORT.get(found[2], ()))) or "–"
    return f"{found[1]} {imports} |"


if __name__ == "__main__":
    ADD_A_FORMAT.write_text(with_excerpts(ADD_A_FORMAT.read_text()))
    DESIGN.write_text(with_imports(DESIGN.read_text()))
