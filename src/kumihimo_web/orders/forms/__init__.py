"""What is entered about an order: one small form for each command, read, checked, every mistake at its field."""
