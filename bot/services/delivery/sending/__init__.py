"""Sending campaigns: claims, connections, outcomes; who leads."""
