"""Why the program cannot start."""


class StartError(Exception):
    """The program cannot start; the text says why and what to do."""
