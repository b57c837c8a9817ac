"""Pages: laid out, split, rendered."""
