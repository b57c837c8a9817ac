"""The front matter of an edition: read, checked, mended."""
