"""HTTP connections to the Bot API server."""
