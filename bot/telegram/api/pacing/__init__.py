"""The rate limiter and its parts: what may leave, and when."""
