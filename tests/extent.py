"""How much is asked: all of both databases, or what `./run test` and CI ask by default."""

import os

ALL = os.environ.get("BRIEFING_TESTS") == "all"
"""`./run test --all` and `./run soak` set it."""
