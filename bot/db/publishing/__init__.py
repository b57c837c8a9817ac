"""Tables of issues that are to come."""
