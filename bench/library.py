"""A workspace of many documents with many copies each, made in minutes instead of hours."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from unittest import mock

import numpy as np

from bench.documents import load
from bench.long_document import PAGE_WORDS, sentences
from dyeline.app import registration
from dyeline.app.circulations import open_circulation, plan_copies
from dyeline.app.copymaking import MadeCopy
from dyeline.app.documents import decided_sites, version_text
from dyeline.app.issue_entries import record_opened, record_released
from dyeline.app.recipients import import_recipients, select_recipients
from dyeline.app.workspace import init, open_workspace
from dyeline.carriers.character import Character
from dyeline.carriers.replace import written
from dyeline.codes.design import site_weights
from dyeline.codes.scheme import NEW_SCHEME, codewords_of
from dyeline.issue.plan import plan_sites, usable_sites

SEED = 20261122
_ANY_HASH = "0" * 64


def people(count: int) -> bytes:
    """Return a table of so many recipients."""
    rows = [f"Reader {number:06},reader{number:06}@example.org,Desk,reader," for number in range(count)]
    return "\n".join(["name,email,organisation,role,groups", *rows]).encode()


def build_library(folder: Path, documents: int, recipients: int) -> str:
    """Make a workspace of many documents, each with a circulation to all recipients; return a page of the last.

    Through the functions of ``app``, but no files are made, and all documents but the last get only
    sites for invisible characters (parsing a thousand texts would take half an hour).
    """
    init(folder)
    workspace = open_workspace(folder)
    import_recipients(workspace, people(recipients))
    everybody = select_recipients(workspace, "all")
    rng = np.random.default_rng(SEED)
    page = ""
    for number in range(documents):
        last = number == documents - 1
        text = load("announcement").text if last else "\n".join(sentences(25, rng))
        carriers = None if last else [Character()]
        with mock.patch.object(registration, "plan_sites", partial(plan_sites, carriers=carriers)):
            added = registration.add_document(workspace, text.encode(), file_name=f"{number}.txt")
        planned, decisions = decided_sites(workspace, added.version)
        sites = usable_sites(planned, decisions=decisions)
        circulation = open_circulation(
            workspace, added.version.row, sites, kind="txt", carriers=("wording", "character"), notice=True
        )
        copies = plan_copies(workspace, circulation, everybody, "txt")
        record_opened(workspace, circulation, _ANY_HASH)
        record_released(
            workspace, circulation, [MadeCopy(copy.label, _ANY_HASH, _ANY_HASH, 0.0) for copy in copies]
        )
        if last:
            secret = workspace.keys.load_secret(circulation.key_name)
            weights = site_weights([site.variants for site in sites], secret)
            symbols = codewords_of(NEW_SCHEME, secret, [copies[7].index], weights)[0].tolist()
            page = " ".join(
                written(version_text(workspace, added.version), sites, symbols).split(" ")[:PAGE_WORDS]
            )
    return page
