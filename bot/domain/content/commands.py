"""Command names: no section may be called by one of them."""

READER_COMMANDS = (
    "start",
    "latest",
    "topstory",
    "sections",
    "section",
    "archive",
    "search",
    "subscribe",
    "trial",
    "redeem",
    "account",
    "settings",
    "language",
    "stop",
    "help",
    "privacy",
    "terms",
    "paysupport",
    "mydata",
    "deleteme",
    "feedback",
    "saved",
)
ADMIN_COMMANDS = (
    "broadcast",
    "cancel",
    "publish",
    "preview",
    "campaigns",
    "stats",
    "grant",
    "revoke",
    "audit",
    "refund",
    "offers",
    "import",
)
TOP_STORY = "topstory"
"""The command that opens the first section, which alone may therefore be called so."""

RESERVED = frozenset(READER_COMMANDS + ADMIN_COMMANDS)
