"""Pages of the plans: the plan itself, decisions about versions, what stops, and the status that buyers see."""
