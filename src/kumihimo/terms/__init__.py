"""Code lists with Japanese and English labels, and the tables of the standards that shops go by.

Nothing is read when this package is imported; a list is loaded, checked and kept the first time it is asked for.
The names below are fetched from their modules on first use, because building many frozen classes takes longer than
all the rest of ``import kumihimo``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
        Language,
        defects,
        equipment_kinds,
        hazards,
        jsic,
        languages,
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
    "Language",
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
    "languages",
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

_HOME = {
    "Alias": "aliases",
    "GenericWord": "aliases",
    "Material": "material_list",
    "MaterialFamily": "material_list",
    "is_family_within": "material_list",
    "material": "material_list",
    "material_families": "material_list",
    "material_lexicon": "material_list",
    "materials": "material_list",
    "Municipality": "places",
    "Prefecture": "places",
    "Region": "places",
    "find_municipality": "places",
    "find_prefecture": "places",
    "lg_code_valid": "places",
    "municipalities": "places",
    "prefectures": "places",
    "regions": "places",
    "Process": "process_list",
    "ProcessFamily": "process_list",
    "generic_words": "process_list",
    "process": "process_list",
    "process_families": "process_list",
    "process_lexicon": "process_list",
    "processes": "process_list",
    "CertificateScheme": "qualifications",
    "Skill": "qualifications",
    "certificate_lexicon": "qualifications",
    "certificates": "qualifications",
    "skills": "qualifications",
    "Defect": "shopfloor",
    "EquipmentKind": "shopfloor",
    "Hazard": "shopfloor",
    "Industry": "shopfloor",
    "Language": "shopfloor",
    "defects": "shopfloor",
    "equipment_kinds": "shopfloor",
    "hazards": "shopfloor",
    "jsic": "shopfloor",
    "languages": "shopfloor",
    "fold": "tables",
    "HardnessScale": "unit_list",
    "Unit": "unit_list",
    "convert": "unit_list",
    "hardness_scales": "unit_list",
    "unit_lexicon": "unit_list",
    "units": "unit_list",
}


def __getattr__(name: str) -> object:
    """Fetch a public name from its module (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
