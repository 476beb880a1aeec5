"""The report as a page and as paper, from its data and the pictures that it speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dyeline.report.blocks import blocks
from dyeline.report.null_chart import null_chart
from dyeline.report.page_html import page_html
from dyeline.report.page_pdf import page_pdf


def charts_of(report: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the charts of a report by the name that it gives them."""
    return {chart["file"]: null_chart(chart).encode() for chart in report["charts"]}


def rendered(report: Mapping[str, Any], pictures: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return report.html and report.pdf; ``pictures`` hold charts and what stands beside the exhibits."""
    shown = blocks(report)
    footer = f"Case {report['case']['label']}. Speaks of copies, not of persons. Software dyeline {report['software']}."
    return {"report.html": page_html(shown, pictures), "report.pdf": page_pdf(shown, pictures, footer)}
