"""The nouns of the house: firm, site, capability, inquiry, routing, ... as frozen dataclasses."""

from kumihimo.model.assessment import Assessment, AssessmentStatus
from kumihimo.model.attribute import Attribute, Visibility, attributes, visible_attributes
from kumihimo.model.calendar import Pause, Period, Shift, WorkCalendar, standard_calendar
from kumihimo.model.capability import Capability
from kumihimo.model.capacity import STALE_AFTER_DAYS, Capacity, CapacitySource
from kumihimo.model.certificate import Certificate
from kumihimo.model.delivery import Delivery
from kumihimo.model.equipment import Equipment
from kumihimo.model.evidence import EvidenceLevel
from kumihimo.model.firm import Channel, Firm, FirmStatus, LegalForm
from kumihimo.model.inquiry import Inquiry, Part, Question, ReadValue
from kumihimo.model.network import TABLES, Network
from kumihimo.model.quality_system import QualitySystem
from kumihimo.model.requirement import (
    Coating,
    GeometricTolerance,
    Hardness,
    Requirements,
    StepRequirement,
    Tolerance,
)
from kumihimo.model.routing import Routing, RoutingStep
from kumihimo.model.site import Site
from kumihimo.model.skill_count import SkillCount
from kumihimo.model.work_order import OrderStep, StepOffer, WorkOrder

__all__ = [
    "STALE_AFTER_DAYS",
    "TABLES",
    "Assessment",
    "AssessmentStatus",
    "Attribute",
    "Capability",
    "Capacity",
    "CapacitySource",
    "Certificate",
    "Channel",
    "Coating",
    "Delivery",
    "Equipment",
    "EvidenceLevel",
    "Firm",
    "FirmStatus",
    "GeometricTolerance",
    "Hardness",
    "Inquiry",
    "LegalForm",
    "Network",
    "OrderStep",
    "Part",
    "Pause",
    "Period",
    "QualitySystem",
    "Question",
    "ReadValue",
    "Requirements",
    "Routing",
    "RoutingStep",
    "Shift",
    "Site",
    "SkillCount",
    "StepOffer",
    "StepRequirement",
    "Tolerance",
    "Visibility",
    "WorkCalendar",
    "WorkOrder",
    "attributes",
    "standard_calendar",
    "visible_attributes",
]
