"""Files in and out: CSV, Excel, JSON and published formats."""
