"""XML from strangers, and the names that WordprocessingML uses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from dyeline.errors import UnreadableFile

_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def parse_xml(data: bytes) -> etree._Element:
    """Return the root element. Entities, DTDs and the network are off; UnreadableFile when broken."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_blank_text=False
    )
    if _DOCTYPE.search(data, 0, 4096):
        raise _hostile()
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFile(
            "The DOCX holds a damaged XML part.",
            fix="open it in a word processor, let it repair the file, and save it again.",
        ) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _hostile()
    return root


def _hostile() -> UnreadableFile:
    return UnreadableFile(
        "The DOCX holds an XML document type or entities, which no word processor writes.",
        fix="do not open it elsewhere; ask the sender for a copy saved by a word processor.",
    )


@dataclass(frozen=True, slots=True)
class Names:
    """Full names of the elements and attributes that are read, in the file's own namespace."""

    ns: str

    def __call__(self, local: str) -> str:
        """Return the full name of an element or attribute."""
        return f"{self.ns}{local}"


@lru_cache(maxsize=8)
def names(namespace: str) -> Names:
    """Return the names in a namespace (transitional and strict DOCX differ in it)."""
    return Names("{" + namespace + "}")


def names_of(root: etree._Element) -> Names:
    """Return the names in the namespace of a part's root."""
    return names(etree.QName(root).namespace or "")
