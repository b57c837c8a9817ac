"""What a reader asks about herself: access, settings, feedback."""
