"""The report as a graph for tools of digital forensics: CASE/UCO JSON-LD (caseontology.org, unifiedcyberontology.org).

One investigation, one provenance record and one file an exhibit, one action an act of custody, and the findings as
annotations. Identifiers are made from the report, so that the same report gives the same graph.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any, Final

_CONTEXT: Final = {
    "kb": "http://example.org/kb/",
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "uco-tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
    "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def case_jsonld(report: Mapping[str, Any]) -> bytes:
    """Return the graph as UTF-8 JSON-LD."""
    made = _Graph(report)
    return json.dumps({"@context": _CONTEXT, "@graph": made.nodes()}, indent=1, ensure_ascii=False).encode()


class _Graph:
    """Nodes of a report with identifiers that follow from it."""

    def __init__(self, report: Mapping[str, Any]) -> None:
        self._report = report
        self._space = uuid.uuid5(uuid.NAMESPACE_URL, f"{report['log']['origin']} {report['case']['label']}")

    def nodes(self) -> list[dict[str, Any]]:
        tool = {
            "@id": self._id("Tool", "dyeline"),
            "@type": "uco-tool:Tool",
            "uco-core:name": "dyeline",
            "uco-tool:version": self._report["software"],
        }
        actors = {act["by"] for record in self._report["custody"] for act in record["acts"] if act["by"]}
        people = [
            {"@id": self._id("Identity", name), "@type": "uco-identity:Identity", "uco-core:name": name}
            for name in sorted(actors)
        ]
        exhibits = [node for record in self._report["custody"] for node in self._exhibit(record)]
        return [self._investigation(exhibits), tool, *people, *exhibits]

    def _investigation(self, members: list[dict[str, Any]]) -> dict[str, Any]:
        case = self._report["case"]
        said = [*self._report["found"], *(one["sentence"] for one in self._report["exculpations"])]
        said += [sentence for one in self._report["taken_out"] for sentence in one["sentences"]]
        return {
            "@id": self._id("Investigation", case["label"]),
            "@type": "case-investigation:Investigation",
            "uco-core:name": f"{case['label']}: {case['name']}",
            "uco-core:description": [" ".join(said)],
            "uco-core:object": [_reference(node["@id"]) for node in members],
        }

    def _exhibit(self, record: Mapping[str, Any]) -> list[dict[str, Any]]:
        item = record["item"]
        file, provenance = self._id("File", item), self._id("ProvenanceRecord", item)
        content = {
            "@id": self._id("ContentDataFacet", item),
            "@type": "uco-observable:ContentDataFacet",
            "uco-observable:sizeInBytes": _typed("integer", str(record["bytes"])),
            "uco-observable:hash": [
                {
                    "@id": self._id("Hash", item),
                    "@type": "uco-types:Hash",
                    "uco-types:hashMethod": "SHA256",
                    "uco-types:hashValue": _typed("hexBinary", record["sha256"]),
                }
            ],
        }
        name = {
            "@id": self._id("FileFacet", item),
            "@type": "uco-observable:FileFacet",
            "uco-observable:fileName": record["original_name"],
            "uco-observable:sizeInBytes": _typed("integer", str(record["bytes"])),
        }
        return [
            {"@id": file, "@type": "uco-observable:File", "uco-core:hasFacet": [content, name]},
            {
                "@id": provenance,
                "@type": "case-investigation:ProvenanceRecord",
                "uco-core:description": [f"source as stated: {record['source']}; {record['disposition']}"],
                "case-investigation:exhibitNumber": item,
                "uco-core:object": [_reference(file)],
            },
            *(
                self._action(item, number, act, file, provenance)
                for number, act in enumerate(record["acts"])
                if act["entry"] is not None
            ),
        ]

    def _action(
        self, item: str, number: int, act: Mapping[str, Any], file: str, provenance: str
    ) -> dict[str, Any]:
        return {
            "@id": self._id("InvestigativeAction", f"{item} {number}"),
            "@type": "case-investigation:InvestigativeAction",
            "uco-core:name": act["act"],
            "uco-core:description": [f"entry {act['entry']} of the log {self._report['log']['origin']}"],
            "uco-action:startTime": _typed("dateTime", act["at"]),
            "uco-action:performer": _reference(self._id("Identity", act["by"])),
            "uco-action:instrument": [_reference(self._id("Tool", "dyeline"))],
            "uco-action:object": [_reference(file)],
            "uco-action:result": [_reference(provenance)],
        }

    def _id(self, kind: str, name: str) -> str:
        return f"kb:{kind}-{uuid.uuid5(self._space, f'{kind} {name}')}"


def _reference(identifier: str) -> dict[str, str]:
    return {"@id": identifier}


def _typed(kind: str, value: str) -> dict[str, str]:
    return {"@type": f"xsd:{kind}", "@value": value}
