"""Code lists with Japanese and English labels, and the tables of the standards that shops go by.

Nothing is read when this package is imported; a list is loaded, checked and kept the first time it is asked for.
"""

from __future__ import annotations

from kumihimo.terms.aliases import Alias, GenericWord
from kumihimo.terms.material_list import (
    Material,
    MaterialFamily,
    is_family_within,
    material,
    material_families,
    material_lexicon,
    materials,
)
from kumihimo.terms.places import (
    Municipality,
    Prefecture,
    Region,
    find_municipality,
    find_prefecture,
    lg_code_valid,
    municipalities,
    prefectures,
    regions,
)
from kumihimo.terms.process_list import (
    Process,
    ProcessFamily,
    generic_words,
    process,
    process_families,
    process_lexicon,
    processes,
)
from kumihimo.terms.qualifications import CertificateScheme, Skill, certificate_lexicon, certificates, skills
from kumihimo.terms.shopfloor import (
    Defect,
    EquipmentKind,
    Hazard,
    Industry,
    defects,
    equipment_kinds,
    hazards,
    jsic,
)
from kumihimo.terms.tables import fold
from kumihimo.terms.unit_list import HardnessScale, Unit, convert, hardness_scales, unit_lexicon, units

__all__ = [
    "Alias",
    "CertificateScheme",
    "Defect",
    "EquipmentKind",
    "GenericWord",
    "HardnessScale",
    "Hazard",
    "Industry",
    "Material",
    "MaterialFamily",
    "Municipality",
    "Prefecture",
    "Process",
    "ProcessFamily",
    "Region",
    "Skill",
    "Unit",
    "certificate_lexicon",
    "certificates",
    "convert",
    "defects",
    "equipment_kinds",
    "find_municipality",
    "find_prefecture",
    "fold",
    "generic_words",
    "hardness_scales",
    "hazards",
    "is_family_within",
    "jsic",
    "lg_code_valid",
    "material",
    "material_families",
    "material_lexicon",
    "materials",
    "municipalities",
    "prefectures",
    "process",
    "process_families",
    "process_lexicon",
    "processes",
    "regions",
    "skills",
    "unit_lexicon",
    "units",
]
