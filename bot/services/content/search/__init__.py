"""Search in the texts of issues that are out."""
