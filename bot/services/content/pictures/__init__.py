"""Pictures and covers: found, converted, cached."""
