"""What a reader asks about herself: settings, feedback, privacy."""
