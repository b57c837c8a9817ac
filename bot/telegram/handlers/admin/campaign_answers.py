"""What came of an admin's action on a campaign, in words."""

from bot.domain.delivery.campaign import CampaignState
from bot.domain.delivery.campaign_actions import Action, Verdict
from bot.i18n import N_
from bot.services.delivery.campaigns import ActionResult

MISSING = N_("That campaign doesn’t exist.")
DONE = {
    Action.PAUSE: N_("Paused. Nothing more goes out until somebody resumes it."),
    Action.RESUME: N_("Sending continues."),
    Action.CANCEL: N_("Cancelled. Nothing more goes out."),
    Action.UNDO: N_("Undone. Nobody got anything."),
    Action.LEAVE: N_("All right: nothing is sent again."),
    Action.RESEND: N_("Sending again to those we couldn’t confirm."),
}
ALREADY = {
    Action.PAUSE: N_("It was already paused."),
    Action.RESUME: N_("It’s already being sent."),
    Action.CANCEL: N_("It was already cancelled."),
    Action.UNDO: N_("It was already cancelled."),
    Action.LEAVE: N_("That has already been decided."),
    Action.RESEND: N_("That has already been decided."),
}
OTHERWISE = {
    Verdict.STALE: N_("Something has changed since that button appeared. Here’s how things stand now."),
    Verdict.RUNNING: N_("It isn’t over yet."),
    Verdict.WAITS: N_("It’s paused. If you cancel it, it ends for good."),
    Verdict.TOO_LATE: N_("Too late to undo: it has started. You can still cancel the rest."),
    Verdict.NONE_UNKNOWN: N_("Nothing is left unconfirmed."),
    Verdict.MISSING: MISSING,
}


def answered(act: Action, result: ActionResult) -> str:
    """Return the English sentence that says what came of an action, for `Translator.say`."""
    match result.verdict:
        case Verdict.DONE:
            return DONE[act]
        case Verdict.ALREADY:
            return ALREADY[act]
        case Verdict.OVER if result.campaign and result.campaign.state is CampaignState.CANCELLED:
            return N_("It was cancelled: there’s nothing left to do.")
        case Verdict.OVER:
            return N_("It has ended: there’s nothing left to do.")
        case effect:
            return OTHERWISE[effect]
