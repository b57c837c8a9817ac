"""Issues on disk: found, parsed, checked, searched."""
