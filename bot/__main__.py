"""`python -m bot` is `briefing`."""

from bot.cli.main import main

main()
