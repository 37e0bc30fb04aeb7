"""The compiled heart of the planner: calendars, slots, insertion and search over arrays."""
