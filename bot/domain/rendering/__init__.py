"""Renderers: from what passed the gate to what a client shows."""
