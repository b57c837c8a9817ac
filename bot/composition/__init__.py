"""Makes the parts of the program, each with what it needs."""
