"""Renderings: shown blocks as markup for each kind of message."""
