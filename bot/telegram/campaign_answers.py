"""What came of an admin's action on a campaign, in words."""

from bot.domain.campaign import CampaignState
from bot.domain.steering import Act, Effect
from bot.i18n import noted
from bot.services.campaigns import Answer

MISSING = noted("That campaign doesn’t exist.")
DONE = {
    Act.PAUSE: noted("Paused. Nothing more goes out until somebody resumes it."),
    Act.RESUME: noted("Sending continues."),
    Act.CANCEL: noted("Cancelled. Nothing more goes out."),
    Act.UNDO: noted("Undone. Nobody got anything."),
    Act.LEAVE: noted("All right: nothing is sent again."),
    Act.RESEND: noted("Sending again to those we couldn’t confirm."),
}
ALREADY = {
    Act.PAUSE: noted("It was already paused."),
    Act.RESUME: noted("It’s already being sent."),
    Act.CANCEL: noted("It was already cancelled."),
    Act.UNDO: noted("It was already cancelled."),
    Act.LEAVE: noted("That has already been decided."),
    Act.RESEND: noted("That has already been decided."),
}
OTHERWISE = {
    Effect.STALE: noted("Something has changed since that button appeared. Here’s how things stand now."),
    Effect.RUNNING: noted("It isn’t over yet."),
    Effect.WAITS: noted("It’s paused. If you cancel it, it ends for good."),
    Effect.TOO_LATE: noted("Too late to undo: it has started. You can still cancel the rest."),
    Effect.NONE_UNKNOWN: noted("Nothing is left unconfirmed."),
    Effect.MISSING: MISSING,
}


def answered(act: Act, answer: Answer) -> str:
    """Return the sentence, in English, which is the key of its translation."""
    match answer.effect:
        case Effect.DONE:
            return DONE[act]
        case Effect.ALREADY:
            return ALREADY[act]
        case Effect.OVER if answer.campaign and answer.campaign.state is CampaignState.CANCELLED:
            return noted("It was cancelled: there’s nothing left to do.")
        case Effect.OVER:
            return noted("It has ended: there’s nothing left to do.")
        case effect:
            return OTHERWISE[effect]
