"""The plan of the network: versions, why late, what changes, what stops."""
