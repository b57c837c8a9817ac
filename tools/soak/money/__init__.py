"""Random orders of what gives and takes access, judged by a simple model."""
