"""`python -m bot` is `briefing`."""

import gc
import os
import signal

INTERRUPTED = 128 + signal.SIGINT


def main() -> None:
    """Load the program, then obey what was typed."""
    # While modules load nothing is open that must be closed: Ctrl+C ends the process at once.
    signal.signal(signal.SIGINT, _end)
    gc.disable()  # what modules leave is there for good: looking through it takes a tenth of a start
    from bot.cli.main import main as obey

    gc.enable()
    obey()


def _end(*_: object) -> None:
    """End without an exception, which a module that loads could catch."""
    os.write(2, b"\nStopped before it had started.\n")
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
