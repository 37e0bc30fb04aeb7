"""Code lists with Japanese and English labels, and the tables of the standards that shops go by.

Nothing is read when this package is imported; a list is loaded, checked and kept the first time it is asked for.
"""

from __future__ import annotations

from kumihimo.terms.aliases import Alias, GenericWord
from kumihimo.terms.materials import (
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
from kumihimo.terms.processes import (
    Process,
    ProcessFamily,
    generic_words,
    process,
    process_families,
    process_lexicon,
    processes,
)
from kumihimo.terms.qualifications import CertificateScheme, Skill, certificate_lexicon, certificates, skills
from kumihimo.terms.tables import fold

__all__ = [
    "Alias",
    "CertificateScheme",
    "GenericWord",
    "Material",
    "MaterialFamily",
    "Municipality",
    "Prefecture",
    "Process",
    "ProcessFamily",
    "Region",
    "Skill",
    "certificate_lexicon",
    "certificates",
    "find_municipality",
    "find_prefecture",
    "fold",
    "generic_words",
    "is_family_within",
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
]
