"""Write the golden files next to this script. The same bytes every time."""

from __future__ import annotations

import base64
import io
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
REL = "http://schemas.openxmlformats.org/package/2006/relationships"
KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml"

FRONT = """---
title: Autumn inspections
dyeline:
  require: ["raids=2 -> day=2"]
  exclude:
    - day=2 & town=2
  fixed: ["Of the 30 held last year"]
---
"""

TXT = (
    FRONT.replace("title: Autumn inspections\n", "")
    + """
The agency {=#: plans | intends} to visit {!raids: 30 | 40} sites
on {!day: Monday | Tuesday}.

Each of the {raids.words} sites has a team of six; {raids? fifteen | twenty} teams
work in the morning. See https://example.org/plan?x=1 or write to desk@example.org.

Of the 30 held last year, none failed.
"""
)

MD = (
    FRONT
    + r"""# The *autumn* plan ##

The agency {=#: plans | intends} to **visit {!raids: 30 | 40} sites** on
  *Monday*\
and `code {raids} x` here, see [the **whole** list](https://example.org/a_b "t") &amp; AT\&T
<https://example.org/x>. Snake_case, a * star \* and <b>bold</b> text ![alt](x.png) end.

> quoted text
> goes on

- item **one**
  continued
- item two
    1. nested {raids.words}

| a | b \| c |
|---|:-:|
| {raids} d | `e` f |

```python
x = {raids}
```

<div class="raw">raw block</div>

Setext *heading*
=====

[ref]: https://example.org/ref
See [ref], [the same][ref] and ~~struck~~ ***both*** done on {!day: Monday | Tuesday}.
"""
)

HTML = """<!DOCTYPE html>
<html lang="en"><head><title>Plan</title><style>p{color:red}</style>
<meta name="document-id" content="old"></head><body class="x">
<h1>The <i>autumn</i> plan</h1>
<p>The agency <span data-dy="=#" data-alt="plans|intends">plans</span> to visit
  <b><span class="n" data-dy="!raids" data-alt="30|40">30</span> sites</b>
  on <i>Monday</i>.<br> Next &amp; line &lt;x&gt; AT&T &nbsp; <code>a  b</code> end &eacute;t&#233; </p>
<ul><li>one<li>two <ul><li>nested <span data-dy="raids.words">thirty</span></ul></ul>
<table><tr><td>a<td>b <b> c</b></table><!-- <p>comment</p> --><div style="display:none">hidden</div>
<pre>
x = 1
  y</pre>tail text<script>if (a<b) {}</script> more
<blockquote><p>A quotation, <a href="https://example.org/?a=1&amp;b=2">linked</a>.</p></blockquote>
<p hidden>not shown<p>The <q>last</q> line, https://example.org/z.</p>
</body></html>
"""

RTL = """<!DOCTYPE html><html dir="rtl"><body>
<p>\u0627\u0644\u062e\u0637\u0629 \u0627\u0644\u0633\u0646\u0648\u064a\u0629 \u200f(2030) \u062c\u0627\u0647\u0632\u0629.</p>
<p>\u05d4\u05ea\u05db\u05e0\u05d9\u05ea <b>\u05d4\u05e9\u05e0\u05ea\u05d9\u05ea</b> \u202bABC\u202c \u05de\u05d5\u05db\u05e0\u05d4.</p>
</body></html>
"""

CHINESE = "# 年度计划\n\n该机构计划于星期一视察**三十个**地点。每个地点有六人小组。\n\n- 第一项\n- 第二项\n"

DOCUMENT = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="{W}" xmlns:r="{R}" xmlns:mc="{MC}" xmlns:v="urn:schemas-microsoft-com:vml"
 xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><w:body>
<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>The autumn plan</w:t></w:r></w:p>
<w:p w:rsidR="00A1"><w:r w:rsidR="00A1"><w:t xml:space="preserve">The agency </w:t></w:r>
<w:commentRangeStart w:id="1"/><w:r w:rsidR="00A2"><w:rPr><w:lang w:val="en-GB"/></w:rPr><w:t>pl</w:t></w:r>
<w:r w:rsidR="00A3"><w:t>ans</w:t></w:r><w:commentRangeEnd w:id="1"/><w:r><w:commentReference w:id="1"/></w:r>
<w:r><w:t xml:space="preserve"> to visit </w:t></w:r><w:commentRangeStart w:id="2"/><w:r><w:rPr><w:b/></w:rPr><w:t>30</w:t></w:r>
<w:commentRangeEnd w:id="2"/><w:r><w:rPr><w:rStyle w:val="CommentReference"/></w:rPr><w:commentReference w:id="2"/></w:r>
<w:commentRangeStart w:id="3"/><w:r><w:t xml:space="preserve"> sites</w:t></w:r><w:commentRangeEnd w:id="3"/>
<w:r><w:commentReference w:id="3"/></w:r><w:r><w:t xml:space="preserve"> on </w:t></w:r>
<w:del w:id="9" w:author="A"><w:r><w:delText>Sunday</w:delText></w:r></w:del>
<w:ins w:id="10" w:author="A"><w:r><w:t>Monday</w:t></w:r></w:ins><w:r><w:t xml:space="preserve">, page </w:t></w:r>
<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>
<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>7</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>
<w:r><w:tab/><w:t>tabbed</w:t><w:br/><w:t>next line</w:t><w:noBreakHyphen/><w:t>end</w:t></w:r></w:p>
<w:p><w:r><w:t xml:space="preserve">See </w:t></w:r><w:hyperlink r:id="rId9"><w:r><w:rPr><w:u w:val="single"/></w:rPr><w:t>the list</w:t></w:r></w:hyperlink>
<w:r><w:t xml:space="preserve"> and note</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t>.</w:t></w:r>
<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:fldSimple w:instr="DATE"><w:r><w:t>1 May</w:t></w:r></w:fldSimple></w:p>
<w:p><w:pPr><w:pStyle w:val="ListBullet"/></w:pPr><w:r><w:t>First item</w:t></w:r></w:p>
<w:p><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>Nested item</w:t></w:r></w:p>
<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:tc><w:p><w:r><w:t>Cell one</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Cell two</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx><w:txbxContent><w:p><w:r><w:t>In the box</w:t></w:r></w:p></w:txbxContent></wps:txbx></w:drawing></mc:Choice>
<mc:Fallback><w:pict><v:textbox><w:txbxContent><w:p><w:r><w:t>In the box</w:t></w:r></w:p></w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>Around the box</w:t></w:r></w:p>
<w:p><w:pPr><w:pStyle w:val="Code"/></w:pPr><w:r><w:t>print(30)</w:t></w:r></w:p>
<w:p><w:r><w:t xml:space="preserve">Run </w:t></w:r><w:r><w:rPr><w:rFonts w:ascii="Courier New"/></w:rPr><w:t>make all</w:t></w:r><w:r><w:t xml:space="preserve"> now, thirty &lt;times&gt;.</w:t></w:r></w:p>
<w:p/>
<w:sectPr><w:headerReference w:type="default" r:id="rId5"/></w:sectPr></w:body></w:document>"""

COMMENTS = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:comments xmlns:w="{W}" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml">
<w:comment w:id="1" w:author="A"><w:p w14:paraId="11"><w:r><w:t>dy =#: plans | intends</w:t></w:r></w:p></w:comment>
<w:comment w:id="2" w:author="A"><w:p w14:paraId="12"><w:r><w:annotationRef/><w:t>dy !raids: </w:t></w:r><w:r><w:t>30 | 40</w:t></w:r></w:p></w:comment>
<w:comment w:id="3" w:author="A"><w:p w14:paraId="13"><w:r><w:t>Is this right?</w:t></w:r></w:p></w:comment></w:comments>"""

COMMENTS_EXTENDED = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w15:commentsEx xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"><w15:commentEx w15:paraId="11" w15:done="0"/><w15:commentEx w15:paraId="12" w15:done="0"/><w15:commentEx w15:paraId="13" w15:done="0"/></w15:commentsEx>"""

FOOTNOTES = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:footnotes xmlns:w="{W}"><w:footnote w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>
<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> A note at the foot.</w:t></w:r></w:p></w:footnote></w:footnotes>"""

HEADER = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:hdr xmlns:w="{W}"><w:p><w:r><w:t>Head of the page</w:t></w:r></w:p></w:hdr>"""

STYLES = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:styles xmlns:w="{W}"><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="ListBullet"><w:name w:val="List Bullet"/></w:style>
<w:style w:type="paragraph" w:styleId="Code"><w:name w:val="Source Code"/></w:style></w:styles>"""

DOCUMENT_RELATIONS = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="{REL}"><Relationship Id="rId1" Type="{R}/styles" Target="styles.xml"/>
<Relationship Id="rId2" Type="{R}/footnotes" Target="footnotes.xml"/><Relationship Id="rId3" Type="{R}/comments" Target="comments.xml"/>
<Relationship Id="rId4" Type="http://schemas.microsoft.com/office/2011/relationships/commentsExtended" Target="commentsExtended.xml"/>
<Relationship Id="rId5" Type="{R}/header" Target="header1.xml"/>
<Relationship Id="rId9" Type="{R}/hyperlink" Target="https://example.org/list" TargetMode="External"/></Relationships>"""

RELATIONS = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="{REL}"><Relationship Id="rId1" Type="{R}/officeDocument" Target="word/document.xml"/></Relationships>"""

TYPES = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="{KIND}.document.main+xml"/>
<Override PartName="/word/styles.xml" ContentType="{KIND}.styles+xml"/><Override PartName="/word/footnotes.xml" ContentType="{KIND}.footnotes+xml"/>
<Override PartName="/word/comments.xml" ContentType="{KIND}.comments+xml"/><Override PartName="/word/header1.xml" ContentType="{KIND}.header+xml"/>
<Override PartName="/word/commentsExtended.xml" ContentType="{KIND}.commentsExtended+xml"/></Types>"""

PARTS = {
    "[Content_Types].xml": TYPES,
    "_rels/.rels": RELATIONS,
    "word/document.xml": DOCUMENT,
    "word/_rels/document.xml.rels": DOCUMENT_RELATIONS,
    "word/styles.xml": STYLES,
    "word/footnotes.xml": FOOTNOTES,
    "word/comments.xml": COMMENTS,
    "word/commentsExtended.xml": COMMENTS_EXTENDED,
    "word/header1.xml": HEADER,
}

PICTURE = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(16)).decode()


def docx(parts: dict[str, str] = PARTS) -> bytes:
    """Return a DOCX made of these parts, dated 1980, deflated."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name), text.encode(), zipfile.ZIP_DEFLATED, 6)
    return buffer.getvalue()


def eml() -> bytes:
    """Return a message with alternatives, a quoted reply, attachments and a message inside."""
    inside = base64.b64encode("Caf\u00e9 inside.".encode("latin-1")).decode()
    attached = base64.encodebytes(docx()).decode()
    return f"""Received: from mail.example.org by mx.example.org; Mon, 6 May 2030 09:00:00 +0000
From: Desk <desk@example.org>
To: all@example.org
Subject: =?utf-8?q?Plan_f=C3=BCr_Montag?=
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="outer"

--outer
Content-Type: multipart/alternative; boundary="inner"

--inner
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

The agency plans to visit 30 sites on =E2=80=9CMonday=E2=80=9D, as a very long lin=
e says.

> Quoted words
> > of a reply

--inner
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

<p>The agency=E2=80=8C plans to visit 30 sites on =E2=80=9CMonday=E2=80=9D, as a very=
 long line says.</p><blockquote>Quoted words of a reply</blockquote>
--inner--
--outer
Content-Type: application/vnd.openxmlformats-officedocument.wordprocessingml.document
Content-Disposition: attachment; filename="plan.docx"
Content-Transfer-Encoding: base64

{attached}
--outer
Content-Type: image/png
Content-Disposition: attachment; filename="p.png"
Content-Transfer-Encoding: base64

{PICTURE}
--outer
Content-Type: message/rfc822

From: a@example.org
Subject: Inside
Content-Type: text/plain; charset="iso-8859-1"
Content-Transfer-Encoding: base64

{inside}
--outer--
""".encode()


def pdf(pages: list[list[str]], *, trailer: str = "") -> bytes:
    """Return a PDF with one line of text an entry."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    kids: list[str] = []
    for lines in pages:
        shown = "".join(f"({line}) Tj 0 -16 Td " for line in lines)
        stream = f"BT /F1 12 Tf 72 720 Td {shown}ET"
        content = len(objects) + 1
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        kids.append(f"{content + 1} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    body = "%PDF-1.4\n"
    offsets: list[int] = []
    for number, content_text in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{content_text}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    body += (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer}>>\nstartxref\n{len(body)}\n%%EOF\n"
    )
    return body.encode("latin-1")


LETTER = [
    ["The agency plans to visit thirty sites on Monday and re-", "ports its findings in the evening to all members.",
     "It ends here.", "A second paragraph begins on the same page and goes on", "until its last line."],
    ["The second page holds a closing sentence."],
]  # fmt: skip


def files() -> dict[str, bytes]:
    """Return all golden files by name."""
    return {
        "plan.txt": TXT.replace("\n", "\r\n").encode(),
        "plan-utf16.txt": b"\xff\xfe"
        + "The plan — thirty sites.\r\n\r\nNext paragraph.\r\n".encode("utf-16-le"),
        "plan-cp1252.txt": "The caf\u00e9 opens \u2013 at \u201cnoon\u201d.\n\nNext paragraph.\n".encode(
            "cp1252"
        ),
        "plan.md": MD.encode(),
        "plan.html": HTML.encode(),
        "right-to-left.html": RTL.encode(),
        "chinese.md": CHINESE.encode(),
        "plan.docx": docx(),
        "message.eml": eml(),
        "letter.pdf": pdf(LETTER),
    }


if __name__ == "__main__":
    for name, data in files().items():
        (HERE / name).write_bytes(data)
