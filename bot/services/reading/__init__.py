"""What one viewer may see of an issue."""
