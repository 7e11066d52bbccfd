"""The fixed texts of pages: their style, and the head of the list of links. Light and dark, no font, no script."""

from __future__ import annotations

from typing import Final

STYLE: Final = (
    "<style>"
    ":root{color-scheme:light dark}"
    "body{max-width:42rem;margin:0 auto;padding:1.5rem 1rem 3rem;font:1.125rem/1.6 Georgia,serif;"
    "overflow-wrap:anywhere}"
    "h1{line-height:1.2;margin:.5rem 0}h2,h3,h4,h5,h6{line-height:1.3}"
    ".standfirst{font-size:1.25rem}"
    ".section,.byline,.dates,figcaption,footer,li time{font:1rem/1.5 system-ui,sans-serif;opacity:.8}"
    "figure{margin:1.5rem 0}img,video{max-width:100%;height:auto}audio{width:100%}"
    "table{border-collapse:collapse;display:block;overflow-x:auto}"
    "th,td{border:1px solid;padding:.25rem .5rem;text-align:start}"
    "pre{overflow-x:auto}blockquote{margin-inline:0;padding-inline-start:1rem;border-inline-start:.25rem solid}"
    "footer{border-top:1px solid;margin-top:2rem}"
    "</style>\n"
)
POLICY: Final = (
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src *; media-src *\">\n"
)
"""Nothing in a page runs, or is loaded, but its pictures, video and sound."""

VIEWPORT: Final = '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
LIST: Final = "articles"
"""The class of the list of links."""

INDEX_HEAD: Final = (
    '<!DOCTYPE html>\n<html lang="en" dir="ltr">\n<head>\n<meta charset="utf-8">\n'
    f'{POLICY}{VIEWPORT}<meta name="generator" content="newsmill">\n<title>Articles</title>\n{STYLE}</head>\n'
    f'<body>\n<h1>Articles</h1>\n<ol class="{LIST}">\n'
)
INDEX_TAIL: Final = "</ol>\n</body>\n</html>\n"
