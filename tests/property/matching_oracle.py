"""The rules of matching once more, in plain Python, one capability row against one requirement.

Written from docs/explanation/matching.md and the nouns of `kumihimo.model`; it shares no code with the index.
"""

from __future__ import annotations

from datetime import date, timedelta

from kumihimo import terms
from kumihimo.model import (
    AssessmentStatus,
    Capability,
    EvidenceLevel,
    FirmStatus,
    Network,
    StepRequirement,
)

BAD, ASK = "violated", "unknown"


def worst(*states: str | None) -> str | None:
    if BAD in states:
        return BAD
    return ASK if ASK in states else None


def at_most(value: float, limit: float | None) -> str | None:
    if limit is None:
        return ASK
    return BAD if value > limit else None


def judge(network: Network, row: Capability, step: StepRequirement, today: date) -> dict[str, str]:
    """Return reason code -> violated or unknown; what is met is left out."""
    site = network.site(row.site)
    firm = network.firm(site.firm)
    due = step.due_date or today
    found: dict[str, str | None] = {}
    if firm.status is not FirmStatus.ACTIVE or firm.wants_new_work is False:
        found["ORG_PAUSED"] = BAD
    if step.process in firm.avoids:
        found["AVOIDS"] = BAD
    found["ROW_EXPIRED"] = validity(row, today, due)
    found.update(material(row, step))
    found.update(size(row, step))
    found.update(precision(row, step))
    found["GEO_TOL"] = form(row, step)
    found["HARDNESS"] = hardness(row, step)
    found["COAT_THK"] = coating(row, step)
    found.update(volume(row, step))
    found["LEAD"] = lead(row, step, today)
    found["CAPACITY_FULL"] = capacity(network, row, step, today)
    found.update(certificates(network, row, step, due))
    if step.needs_qualification:
        found["SPECIAL_UNQUALIFIED"] = qualification(network, row, due)
    return {code: state for code, state in found.items() if state is not None}


def validity(row: Capability, today: date, due: date) -> str | None:
    if row.valid_until is not None and row.valid_until < today:
        return BAD
    if row.valid_from is not None and row.valid_from > due:
        return BAD
    return ASK if row.valid_until is not None and row.valid_until < due else None


def inside(child: str, ancestor: str) -> bool:
    parts, above = child.split("."), ancestor.split(".")
    return parts[: len(above)] == above


def material(row: Capability, step: StepRequirement) -> dict[str, str | None]:
    if not step.materials:
        return {}
    states = [one_material(row, code) for code in step.materials]
    for state in ("ok", "ask", "unlisted", "excluded", "other"):
        if state in states:
            return {
                "ok": {},
                "ask": {"MAT_GRADE_EXCL": ASK},
                "unlisted": {"MAT_FAMILY": ASK},
                "excluded": {"MAT_GRADE_EXCL": BAD},
                "other": {"MAT_FAMILY": BAD},
            }[state]
    raise AssertionError(states)


METAL_ROOTS = (
    "steel stainless iron aluminium copper brass bronze titanium nickel cobalt magnesium zinc refractory precious"
)
ANY_METAL = "coat.paint coat.powder coat.ed fin.blast fin.barrel fin.deburr fin.print"


def not_listed(row: Capability, family: str) -> str:
    """A surface, an inspection or an assembly may well suit a material of the same root (or any metal) all the same."""
    kind = row.process.split(".")[0]
    if kind not in ("coat", "fin", "insp", "assy"):
        return "other"
    roots = row.material_family.split(".")[0], family.split(".")[0]
    if roots[0] == roots[1]:
        return "unlisted"
    free = kind in ("insp", "assy") or row.process in ANY_METAL.split()
    return "unlisted" if free and all(root in METAL_ROOTS.split() for root in roots) else "other"


def one_material(row: Capability, code: str) -> str:
    if code in terms.material_families():
        if inside(row.material_family, code):
            return "ok"
        if any(
            grade in terms.materials() and inside(terms.materials()[grade].family, code) for grade in row.grades_include
        ):
            return "ok"
        if not inside(code, row.material_family):
            return not_listed(row, code)
        return "ask" if row.grades_include else "ok"
    if code in row.grades_exclude:
        return "excluded"
    if code in row.grades_include:
        return "ok"
    known = terms.materials().get(code)
    if known is None:
        return "ask"
    if not inside(known.family, row.material_family):
        return not_listed(row, known.family)
    return "ask" if row.grades_include else "ok"


def size(row: Capability, step: StepRequirement) -> dict[str, str | None]:
    over: list[str | None] = []
    under = False
    envelope = [row.env_l_mm, row.env_w_mm, row.env_h_mm]
    if None not in envelope:
        envelope = sorted((value for value in envelope if value is not None), reverse=True)
    if step.size_mm and row.env_min_mm is not None and min(step.size_mm) < row.env_min_mm:
        under = True
    if step.round_part:
        if step.size_mm:
            over.append(at_most(step.size_mm[0], envelope[0]))
        if len(step.size_mm) > 1:
            diameter = step.size_mm[1]
            cross = [value for value in envelope[1:] if value is not None]
            limit = row.dia_max_mm if row.dia_max_mm is not None else min(cross, default=None)
            over.append(at_most(diameter, limit))
            under = under or (row.dia_min_mm is not None and diameter < row.dia_min_mm)
    else:
        ordered = sorted(step.size_mm, reverse=True)
        over += [at_most(value, limit) for value, limit in zip(ordered, envelope, strict=False)]
    if step.thickness_mm is not None:
        over.append(at_most(step.thickness_mm, row.thick_max_mm))
        under = under or (row.thick_min_mm is not None and step.thickness_mm < row.thick_min_mm)
    if step.mass_kg is not None and (row.mass_max_kg is not None or step.mass_kg > 20):
        over.append(at_most(step.mass_kg, row.mass_max_kg))
    return {"SIZE_OVER": worst(*over), "SIZE_UNDER": BAD if under else None}


def precision(row: Capability, step: StepRequirement) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    if step.tolerance_it is not None or step.tolerance_mm is not None:
        found["TOL"] = tolerance(row, step)
    if step.roughness_ra_um is not None:
        found["RA"] = ASK if row.ra_best_um is None else (BAD if row.ra_best_um > step.roughness_ra_um else None)
    return found


def tolerance(row: Capability, step: StepRequirement) -> str | None:
    if row.it_best is None:
        too_coarse = (
            step.tolerance_mm is not None and row.tol_best_mm is not None and row.tol_best_mm > step.tolerance_mm
        )
        return BAD if too_coarse else ASK
    if step.tolerance_it is None:
        return ASK
    if row.it_band_min_mm is not None or row.it_band_max_mm is not None:
        nominal = step.tolerance_nominal_mm
        if nominal is None:
            return ASK
        if row.it_band_min_mm is not None and nominal <= row.it_band_min_mm:
            return ASK
        if row.it_band_max_mm is not None and nominal > row.it_band_max_mm:
            return ASK
    return BAD if row.it_best > step.tolerance_it else None


def form(row: Capability, step: StepRequirement) -> str | None:
    states: list[str | None] = []
    for asked in step.geometric:
        if asked.kind not in ("flatness", "roundness", "position"):
            states.append(ASK)
            continue
        held = getattr(row, f"{asked.kind}_mm")
        states.append(ASK if held is None else (BAD if held > asked.value_mm else None))
    return worst(*states)


def ranges(low: float | None, high: float | None, want_low: float | None, want_high: float | None) -> str | None:
    states: list[str | None] = []
    if want_low is not None:
        states.append(ASK if high is None else (BAD if high < want_low else None))
    if want_high is not None:
        states.append(ASK if low is None else (BAD if low > want_high else None))
    return worst(*states)


def hardness(row: Capability, step: StepRequirement) -> str | None:
    asked = step.hardness
    if asked is None or (asked.min is None and asked.max is None):
        return None
    if row.hardness_scale != asked.scale:
        return ASK
    return ranges(row.hardness_min, row.hardness_max, asked.min, asked.max)


def coating(row: Capability, step: StepRequirement) -> str | None:
    asked = step.coating_um
    return None if asked is None else ranges(row.coating_min_um, row.coating_max_um, asked.min, asked.max)


def volume(row: Capability, step: StepRequirement) -> dict[str, str | None]:
    if step.quantity is None:
        return {}
    found: dict[str, str | None] = {}
    found["LOT_MIN"] = ASK if row.lot_min is None else (BAD if step.quantity < row.lot_min else None)
    if step.per == "once":
        found["LOT_MAX"] = at_most(step.quantity, row.lot_max)
    else:
        months = 1 if step.per == "month" else 12
        found["MONTHLY_MAX"] = at_most((step.quantity + months - 1) // months, row.monthly_max)
    return found


def lead(row: Capability, step: StepRequirement, today: date) -> str | None:
    if step.due_date is None:
        return None
    days = (step.due_date - today).days
    if days < 0:
        return BAD
    if row.lead_days_min is not None:
        return BAD if row.lead_days_min > days else None
    if row.lead_days_typ is not None and row.lead_days_typ <= days:
        return None
    return ASK


def capacity(network: Network, row: Capability, step: StepRequirement, today: date) -> str | None:
    monday = today - timedelta(days=today.weekday())
    last = monday + timedelta(weeks=3)
    if step.due_date is not None:
        last = max(monday, step.due_date - timedelta(days=step.due_date.weekday()))
    states: list[bool | None] = []
    while monday <= last:
        year, number, _ = monday.isocalendar()
        states.append(free_in_week(network, row, f"{year}-W{number:02d}", today))
        monday += timedelta(weeks=1)
    if True in states:
        return None
    return ASK if None in states else BAD


def free_in_week(network: Network, row: Capability, week: str, today: date) -> bool | None:
    answers: list[bool] = []
    for process in ("", row.process):
        told = [
            item
            for item in network.capacities
            if item.site == row.site
            and item.process == process
            and item.week == week
            and (today - item.asked_on).days <= 14
        ]
        if told:
            latest = max(told, key=lambda item: (item.asked_on, item.hours_available - item.hours_booked))
            answers.append(latest.hours_available - latest.hours_booked > 0)
    return all(answers) if answers else None


def certificates(network: Network, row: Capability, step: StepRequirement, due: date) -> dict[str, str | None]:
    firm = network.site(row.site).firm
    own = [item for item in network.certificates if item.firm == firm]
    missing: list[str | None] = []
    expired: list[str | None] = []
    for scheme in step.certificates:
        accepted = {scheme} | ({"IATF16949", "JISQ9100"} if scheme == "ISO9001" else set())
        held = [item for item in own if item.scheme in accepted and (not item.sites or row.site in item.sites)]
        if not held:
            missing.append(BAD if own else ASK)
            continue
        endless = any(item.expires_on is None and not terms.certificates()[item.scheme].expires for item in held)
        ends = [item.expires_on for item in held if item.expires_on is not None]
        if endless or any(end >= due for end in ends):
            continue
        expired.append(BAD if ends else ASK)
    return {"CERT_MISSING": worst(*missing), "CERT_EXPIRED": worst(*expired)}


def speaks_for(qualifies: tuple[str, ...], process: str) -> bool:
    return process in qualifies or terms.processes()[process].family in qualifies


def qualification(network: Network, row: Capability, due: date) -> str | None:
    firm = network.site(row.site).firm
    recorded = False
    for item in network.certificates:
        if item.firm != firm or (item.sites and row.site not in item.sites):
            continue
        scheme = terms.certificates()[item.scheme]
        if not speaks_for(scheme.qualifies, row.process) or (scheme.expires and item.expires_on is None):
            continue
        recorded = True
        if item.expires_on is None or item.expires_on >= due:
            return None
    for skill in network.skills:
        if skill.site != row.site or not speaks_for(terms.skills()[skill.skill].qualifies, row.process):
            continue
        recorded = True
        if skill.count > 0 and (skill.expires_on is None or skill.expires_on >= due):
            return None
    proofs: list[date] = []
    if row.evidence >= EvidenceLevel.SAMPLE and row.evidence_on is not None:
        proofs.append(row.valid_until or row.evidence_on + timedelta(days=730))
    for test in network.assessments:
        if (
            test.capability == row.id
            and test.method >= EvidenceLevel.SAMPLE
            and test.status is AssessmentStatus.PUBLISHED
        ):
            proofs.append(test.expires_on or test.assessed_on + timedelta(days=730))
    if any(end >= due for end in proofs):
        return None
    return BAD if recorded or proofs else ASK
