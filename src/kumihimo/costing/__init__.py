"""What a step costs and how long it takes, with the assumptions shown."""

from kumihimo.costing.quote import Assumption, StepQuote, quote_step
from kumihimo.costing.rates import material_rate, process_rate

__all__ = ["Assumption", "StepQuote", "material_rate", "process_rate", "quote_step"]
