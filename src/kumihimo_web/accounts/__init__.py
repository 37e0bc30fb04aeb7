"""Who uses Kumihimo: networks, organisations, users, and what each of them can see."""
