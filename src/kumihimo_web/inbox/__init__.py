"""What came in: stored raw, read, and decided by a person where it is not plain."""
