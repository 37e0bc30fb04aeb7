"""One module for each way out and in. What is on the other side of the wire is known only here."""
