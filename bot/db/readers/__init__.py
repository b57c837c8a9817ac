"""Tables of readers: settings, grants, open pages, feedback."""
