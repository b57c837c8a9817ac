"""Random orders of payments and grants, judged by a simple model."""
