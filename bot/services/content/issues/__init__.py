"""Issues read from their folders, and what is remembered of each."""
