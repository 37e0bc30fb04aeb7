"""Addresses of the shell itself: login, jobs, audit, health."""

from __future__ import annotations

from uuid import UUID

from ..conftest import People
from . import Matrix

NOBODY_S_JOB = UUID(int=7)


def rows(people: People) -> Matrix:
    return {
        ("home", ()): "L>>>>>>>",
        ("desk", ()): "LOO----O",
        ("map", ()): "LOO--O-O",
        ("tour", ()): "LOOOOOOO",
        ("settings", ()): "LOOOOOOO",
        ("people", ()): "LOO----O",
        ("organisations", ()): "LOO----O",
        ("person_active", (people.factory.pk,)): "LMM----M",
        ("person_password", (people.factory.pk,)): "LMM----M",
        ("language", ()): "MMMMMMMM",
        ("job", (NOBODY_S_JOB,)): "L0000000",
        ("job_events", (NOBODY_S_JOB,)): "L0000000",
        ("job_file", (NOBODY_S_JOB,)): "L0000000",
        ("job_cancel", (NOBODY_S_JOB,)): "LMMMMMMM",
        ("styleguide", ()): "LOO----O",
        ("audit", ()): "LOO----O",
        ("again", ()): "L>>>>>>>",
        ("metrics", ()): "OOOOOOOO",
        ("api_description", ()): "OOOOOOOO",
        ("live", ()): "OOOOOOOO",
        ("ready", ()): "OOOOOOOO",
    }
