"""What a reader asks for to read: pages, sections, older issues."""
