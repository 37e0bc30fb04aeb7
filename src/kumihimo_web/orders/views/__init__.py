"""Pages of the orders: those of the coordinator, of the factory on a phone, and what a buyer sees."""
