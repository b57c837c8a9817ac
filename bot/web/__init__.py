"""The network's door: health and public pages."""
