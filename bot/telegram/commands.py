"""The commands: name, what each does, what the menus say of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.i18n import noted
from bot.telegram.handlers import (
    account,
    audit,
    broadcast,
    campaigns,
    feedback,
    finding,
    granting,
    guide,
    named,
    reading,
    revoking,
    settings,
    trial,
)
from bot.telegram.talk import Talk, after_command, clean

Run = Callable[[Talk], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    run: Run
    about: str
    private: bool = False  # about one reader: not in groups
    admin: bool = False


COMMANDS = (
    Command("latest", reading.latest, noted("this week’s issue")),
    Command("topstory", reading.topstory, noted("the top story")),
    Command("sections", reading.sections, noted("the sections of this issue")),
    Command("section", named.section, noted("one section, by its name, as in /section politics")),
    Command("archive", finding.archive, noted("all issues, by month")),
    Command("search", finding.search, noted("search all issues, as in /search river")),
    Command("trial", trial.ask, noted("the free trial"), private=True),
    Command("account", account.account, noted("what you can read, and until when"), private=True),
    Command("settings", settings.settings, noted("language, pages, time zone, quiet hours"), private=True),
    Command("language", settings.language, noted("English or Spanish"), private=True),
    Command("stop", account.stop, noted("stop receiving issues"), private=True),
    Command("help", guide.help_, noted("what you can ask me")),
    Command("privacy", account.privacy, noted("what I keep about you")),
    Command("feedback", feedback.feedback, noted("write to the newsroom"), private=True),
    Command("start", reading.start, noted("start")),
    Command("broadcast", broadcast.broadcast, noted("send readers a message"), private=True, admin=True),
    Command("cancel", broadcast.cancel, noted("drop what you were doing"), private=True, admin=True),
    Command(
        "campaigns", campaigns.listing, noted("what was sent, and how it’s going"), private=True, admin=True
    ),
    Command("grant", granting.grant, noted("give a reader days of access"), private=True, admin=True),
    Command("revoke", revoking.revoke, noted("take back access"), private=True, admin=True),
    Command("audit", audit.audit, noted("what admins did"), private=True, admin=True),
)
NOT_IN_MENUS = ("start", "cancel")


async def run(talk: Talk, name: str) -> bool:
    """Do what a reader's command does, from a button, with the words that followed the command which she had
    mistyped; False where there is none of that name.
    """
    command = next((one for one in COMMANDS if one.name == name and not one.admin), None)
    if command is None:
        return False
    await talk.notice()
    if talk.tapped is not None:
        talk.words = after_command(clean(talk.tapped.text or talk.tapped.caption or ""))
    await command.run(talk)
    return True


def listed(*, admin: bool = False, private: bool = True, trial: bool = True) -> list[tuple[str, str]]:
    """Return (name, about) of the commands that a menu lists, where there is a `trial` or not."""
    return [
        (command.name, command.about)
        for command in COMMANDS
        if command.name not in NOT_IN_MENUS
        and (admin or not command.admin)
        and (private or not command.private)
        and (trial or command.name != "trial")
    ]
