"""The report as one HTML file: no script, nothing fetched, readable on a phone, and as it should be on paper."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from dyeline.report.blocks import Block

_STYLE: Final = """
:root{color-scheme:light}
body{font:17px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif;color:#1a1a1a;background:#fff;
max-width:46rem;margin:0 auto;padding:1.2rem}
h1{font-size:1.6rem;line-height:1.25;margin:.4rem 0}
h2{font-size:1.2rem;margin:2rem 0 .5rem;padding-top:.6rem;border-top:1px solid #c8c8c8}
.sub{color:#444;margin:0 0 1rem}
.lead{font-size:1.25rem;line-height:1.4;font-weight:600;border-left:5px solid #0060a0;padding:.2rem 0 .2rem .8rem}
p,li,dd{overflow-wrap:anywhere}td,th{overflow-wrap:break-word}.label{white-space:nowrap}
table{border-collapse:collapse;width:100%;font-size:.94rem;margin:.8rem 0}
th,td{text-align:left;vertical-align:top;padding:.3rem .5rem;border-bottom:1px solid #d9d9d9}
th{font-weight:600;border-bottom:2px solid #1a1a1a}
tr.marked td{background:#fff1c2;font-weight:600}
tr.marked td:first-child{box-shadow:inset 4px 0 #c04a00}
dl{display:grid;grid-template-columns:minmax(8rem,12rem) 1fr;gap:.3rem 1rem;font-size:.94rem;margin:.8rem 0}
dt{color:#444}dd{margin:0}
figure{margin:1.2rem 0}img{max-width:100%;height:auto;display:block}figcaption{font-size:.9rem;color:#444}
@media(max-width:36rem){body{font-size:16px;padding:.9rem}dl{grid-template-columns:1fr;gap:0}dd{margin:0 0 .5rem}
th,td{padding:.25rem .3rem}table{font-size:.85rem}}
@media print{body{font-size:11pt;max-width:none;padding:0}h2,.in{break-after:avoid}table,figure,dl{break-inside:avoid}}
"""


_LABEL = re.compile(r"\b[A-Z]{1,2}-[0-9]+\b|\b[0-9]{1,3}(?:,[0-9]{3})+\b")


def page_html(shown: Sequence[Block], pictures: Mapping[str, bytes]) -> bytes:
    """Return the page of these blocks; ``pictures`` are PNG or SVG files by the name that blocks give them."""
    title = next((block["text"] for block in shown if block["kind"] == "title"), "Report")
    body = "\n".join(_block(block, pictures) for block in shown)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n"
        f"<title>{_plain(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n"
        "</body>\n</html>\n"
    ).encode("utf-8", "replace")


def _block(block: Block, pictures: Mapping[str, bytes]) -> str:
    kind = block["kind"]
    if kind == "title":
        return f'<h1>{_text(block["text"])}</h1>\n<p class="sub">{_text(block["sub"])}</p>'
    if kind == "heading":
        return f"<h2>{_text(block['text'])}</h2>"
    if kind == "lead":
        return f'<p class="lead">{_text(block["text"])}</p>'
    if kind == "lead_in":
        return f'<p class="in">{_text(block["text"])}</p>'
    if kind == "list":
        return f"<ul>{''.join(f'<li>{_text(item)}</li>' for item in block['items'])}</ul>"
    if kind == "table":
        return _table(block)
    if kind == "facts":
        rows = "".join(f"<dt>{_text(name)}</dt><dd>{_text(value)}</dd>" for name, value in block["rows"])
        return f"<dl>{rows}</dl>"
    if kind == "picture":
        return _picture(block, pictures[block["file"]])
    return f"<p>{_text(block['text'])}</p>"


def _table(block: Block) -> str:
    head = "".join(f'<th scope="col">{_text(name)}</th>' for name in block["head"])
    rows = []
    for number, row in enumerate(block["rows"]):
        marked = ' class="marked"' if number in block["marked"] else ""
        rows.append(f"<tr{marked}>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>")
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _picture(block: Block, data: bytes) -> str:
    kind = "svg+xml" if block["file"].endswith(".svg") else "png"
    source = f"data:image/{kind};base64,{base64.b64encode(data).decode('ascii')}"
    return (
        f'<figure><img alt="{_plain(block["alt"])}" src="{source}">'
        f"<figcaption>{_text(block['caption'])}</figcaption></figure>"
    )


def _text(words: str) -> str:
    """Return text for the page; labels such as C-0007 and large numbers stay on one line."""
    return _LABEL.sub(r'<span class="label">\g<0></span>', _plain(words))


def _plain(words: str) -> str:
    return escape("".join(c for c in words if c in "\n\t" or c.isprintable()))
