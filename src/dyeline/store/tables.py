"""The models, importable from anywhere: Django is configured before they are defined."""

from __future__ import annotations

from dyeline.store.configure import configure

configure()

from dyeline.store.briefing_models import Briefing  # noqa: E402
from dyeline.store.case_models import Case, CaseEvent, CaseEvidence, CaseExhibit  # noqa: E402
from dyeline.store.custody_models import (  # noqa: E402
    Custodian,
    HalfOpenEnvelope,
    IdentityEnvelope,
    RoleGrant,
    SecretEnvelope,
    UnsealGrant,
    UnsealRequest,
)
from dyeline.store.fact_models import SheetFact  # noqa: E402
from dyeline.store.log_models import Actor, Delivery, Opening  # noqa: E402
from dyeline.store.models import (  # noqa: E402
    Circulation,
    Document,
    Examination,
    Group,
    IssuedCopy,
    Recipient,
    Setting,
    SiteDecision,
    Version,
)

__all__ = [
    "Actor",
    "Briefing",
    "Case",
    "CaseEvent",
    "CaseEvidence",
    "CaseExhibit",
    "Circulation",
    "Custodian",
    "Delivery",
    "Document",
    "Examination",
    "Group",
    "HalfOpenEnvelope",
    "IdentityEnvelope",
    "IssuedCopy",
    "Opening",
    "Recipient",
    "RoleGrant",
    "SecretEnvelope",
    "Setting",
    "SheetFact",
    "SiteDecision",
    "UnsealGrant",
    "UnsealRequest",
    "Version",
]
