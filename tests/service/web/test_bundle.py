"""The modules of the page are joined into one script."""

from __future__ import annotations

import pytest

from service.web.bundle import join_modules, join_styles


def test_a_module_runs_after_those_that_it_imports() -> None:
    modules = {
        "main.js": 'import { b as c } from "./b.js";\nimport { a } from "./a.js";\na(c);\n',
        "a.js": "export function a(x) { return x; }\n",
        "b.js": 'import { a } from "./a.js";\nexport const b = a(1);\n',
    }
    joined = join_modules(modules, "main.js")
    starts = [joined.index(f"const module_{name} =") for name in ("a", "b", "main")]
    assert starts == sorted(starts)
    assert "const { b: c } = module_b;" in joined
    assert "return { a };" in joined
    assert joined.count("const module_a =") == 1


def test_a_module_that_nothing_imports_is_left_out() -> None:
    assert "module_a" not in join_modules({"main.js": "", "a.js": "export const a = 1;\n"}, "main.js")


@pytest.mark.parametrize(
    "modules",
    [
        {"main.js": 'import { a } from "./a.js";\n', "a.js": 'import { b } from "./main.js";\n'},
        {"main.js": 'import * as a from "./a.js";\n', "a.js": ""},
        {"main.js": "export default 1;\n"},
    ],
)
def test_what_cannot_be_joined_is_refused(modules: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"circle|form of import"):
        join_modules(modules, "main.js")


def test_styles_keep_their_order() -> None:
    assert join_styles({"a.css": "a {}", "b.css": "b {}"}, ("b", "a")) == "b {}\na {}"
