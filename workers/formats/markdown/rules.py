"""The rules of Markdown with front matter."""

from __future__ import annotations

from typing import Final

from schemas.rules import Rule

RULES: Final = (
    Rule("md-front", "The front matter is YAML, TOML or JSON: names and values", "YAML 1.2.2; TOML 1.0; RFC 8259"),
    Rule("md-encoding", "The file is UTF-8", "CommonMark 0.31.2, section 2.1"),
    Rule("md-text", "The text has something in it, and the front matter a title", "newsmill's own rule", "advice"),
    Rule("md-same", "The piece reads as the article", "newsmill's own rule, of what it writes"),
)
