"""Addresses of the assessments: a draft, one shared with the firm, one published, each with a file."""

from __future__ import annotations

from ..conftest import OWN_FIRM, STRANGE_FIRM, People
from . import Matrix


def rows(people: People) -> Matrix:
    from ..assessed import published, shared, written

    draft = written(people, capability=f"{OWN_FIRM}-K")
    waiting = shared(people)
    public = published(people)
    of_draft, of_public = (sheet.evidences.model._base_manager.get(sheet=sheet).pk for sheet in (draft, public))
    ref = waiting.ref
    return {
        ("assessments", ()): "LOOOOO-O",
        ("assessments_due", ()): "LMM----M",
        ("assessment_choose", ()): "L----O--",
        ("interests", ()): "LOO--O-O",
        ("interest_end", (7,)): "LMM----M",
        ("assessments_of_firm", (OWN_FIRM,)): "LOOOOO-0",
        ("assessments_of_firm", (STRANGE_FIRM,)): "L00000-O",
        ("assessment_begin", (OWN_FIRM,)): "L----O--",
        ("interest_add", (OWN_FIRM,)): "LMM--M-M",
        ("assessment", (draft.ref,)): "LOO00O-0",
        ("assessment", (waiting.ref,)): "LOOO0O-0",
        ("assessment", (public.ref,)): "LOOOOO-0",
        ("assessment_evidence", (draft.ref, of_draft)): "LOO00O-0",
        ("assessment_evidence", (public.ref, of_public)): "LOOO0O-0",
        ("assessment_reply", (ref,)): "L--MM---",
        ("assessment_dispute", (ref,)): "L--MM---",
        ("assessment_resolve", (ref,)): "LMM----M",
        ("assessment_publish", (ref,)): "LMM--M-M",
        ("assessment_withdraw", (ref,)): "L----M--",
        ("assessment_write", (draft.ref,)): "L----O--",
        ("assessment_write", (ref,)): "L---->--",
        ("assessment_mark", (draft.ref, "people")): "L----M--",
        ("assessment_attach", (draft.ref, "people")): "L----M--",
        ("assessment_detach", (draft.ref, of_draft)): "L----M--",
        ("assessment_sign", (draft.ref,)): "L----O--",
        ("assessment_discard", (draft.ref,)): "L----M--",
    }
