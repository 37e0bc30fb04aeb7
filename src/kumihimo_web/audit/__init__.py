"""Who did what, when: append-only lines, each sealed with the hash of the one before."""
