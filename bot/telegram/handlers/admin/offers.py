"""/offers: what is offered and taken; an admin ends an offer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.pages.page import Button, Buttons
from bot.domain.pages.text_cutting import shorten
from bot.i18n import N_, Translator
from bot.services.subscriptions.offers.offers import ListedOffer, Offers, OfferState
from bot.telegram.admin.admin_names import AdminNames
from bot.telegram.admin.offer_list import Ending, entry
from bot.telegram.api.keyboard import LABEL, code_link
from bot.telegram.chat.capability import CallbackButton, Capability, Command, Where, Who
from bot.telegram.chat.conversation import Conversation

LISTED = 6
"""Offers in one message: each has up to three buttons."""

_MAY_BE_ENDED = (OfferState.OPEN, OfferState.COMING)


@dataclass(frozen=True, slots=True)
class OfferHandlers:
    offers: Offers
    names: AdminNames

    def capability(self) -> Capability:
        about = N_("what is offered, and how often it was taken")
        return Capability(
            commands=(
                Command(
                    "offers",
                    self.listing,
                    about,
                    who=Who.ADMINS,
                    where=Where.PRIVATE,
                    offered=lambda publication: bool(publication.offers),
                ),
            ),
            buttons=(CallbackButton("offers:{act}:{value}", self.press, who=Who.ADMINS),),
        )

    async def listing(self, conversation: Conversation) -> None:
        """/offers: all offers, the open ones first, with their codes and links to copy."""
        await conversation.reply(*await self._listed(conversation, 0))

    async def press(self, conversation: Conversation, act: str, value: str) -> bool:
        """Turn the list, or end an offer: `end` asks, `yes` does it; False for unknown data."""
        translator = await conversation.translator()
        if act == "list" and value.isdecimal():
            text: tuple[str, Buttons] = await self._listed(conversation, int(value))
        elif act == "end":
            await self._ask(conversation, translator, value)
            return True
        elif act == "yes":
            text = (await self._end(conversation, translator, value), ())
        elif act == "no":
            text = (translator.say("Nothing was ended."), ())
        else:
            return False
        await conversation.answer_tap()
        await conversation.edit(*text)
        return True

    async def _listed(self, conversation: Conversation, after: int) -> tuple[str, Buttons]:
        translator, zone = await conversation.translator(), conversation.publication.zone
        offers = sorted(await self.offers.listed(), key=lambda listed: _PLACE[listed.state])
        shown = list(enumerate(offers[after : after + LISTED], after + 1))
        if not shown:
            return (
                await self._listed(conversation, 0)
                if after
                else (
                    translator.say("There are no offers. They’re written into publication.toml."),
                    (),
                )
            )
        me, names = conversation.user.id, await self._names(listed for _, listed in shown)
        entries = [
            entry(translator, number, listed, zone, _ending(listed, me, names)) for number, listed in shown
        ]
        rows = [
            row
            for number, listed in shown
            for row in _buttons(translator, number, listed, conversation.username)
        ]
        turns = []
        if after:
            turns.append(Button("◀", action=f"offers:list:{max(0, after - LISTED)}"))
        if len(offers) > after + LISTED:
            turns.append(Button("▶", action=f"offers:list:{after + LISTED}"))
        head = translator.say("<b>Offers</b>")
        return "\n\n".join([head, *entries]), (*rows, *([tuple(turns)] if turns else []))

    async def _ask(self, conversation: Conversation, translator: Translator, offer_id: str) -> None:
        """Ask before an offer is ended, in a message of its own: the list stays."""
        listed = await self._find(offer_id)
        await conversation.answer_tap()
        if listed is None or listed.state not in _MAY_BE_ENDED:
            await conversation.reply(await self._cannot(conversation, translator, listed))
            return
        text = translator.say(
            "End “{label}”? After that nobody can take it, by code or by button, and it can’t be opened "
            "again. What readers have of it, they keep.",
            label=listed.offer.label_in(translator.language),
        )
        yes = Button(translator.plain("Yes, end it"), action=f"offers:yes:{offer_id}")
        no = Button(translator.plain("No, leave it"), action=f"offers:no:{offer_id}")
        await conversation.reply(text, ((yes,), (no,)))

    async def _end(self, conversation: Conversation, translator: Translator, offer_id: str) -> str:
        ended = await self.offers.end(offer_id, conversation.user.id)
        listed = await self._find(offer_id)
        if not ended or listed is None:
            return await self._cannot(conversation, translator, listed)
        return translator.say(
            "Ended: “{label}”. Every admin is told.", label=listed.offer.label_in(translator.language)
        )

    async def _cannot(
        self, conversation: Conversation, translator: Translator, listed: ListedOffer | None
    ) -> str:
        if listed is None:
            return translator.say("That offer is no longer in publication.toml, so nobody can take it.")
        ending = _ending(listed, conversation.user.id, await self._names([listed]))
        if ending is not None:
            return ending.notice(translator, listed.offer.label)
        return translator.say("That offer is over already: nobody can take it.")

    async def _names(self, offers: Iterable[ListedOffer]) -> dict[int, str]:
        """Return the names of the admins who ended them."""
        return await self.names.of(
            listed.taken.ended_by for listed in offers if listed.taken.ended_by is not None
        )

    async def _find(self, offer_id: str) -> ListedOffer | None:
        return next((listed for listed in await self.offers.listed() if listed.offer.id == offer_id), None)


_PLACE = {
    state: place
    for place, state in enumerate(
        (OfferState.OPEN, OfferState.COMING, OfferState.USED_UP, OfferState.ENDED, OfferState.OVER)
    )
}
"""Which offers are listed first."""


def _buttons(translator: Translator, number: int, listed: ListedOffer, username: str) -> Buttons:
    """Return an offer's buttons: its code and its link to copy, and one that ends it."""
    if listed.state not in _MAY_BE_ENDED:
        return ()
    code, rows = listed.offer.code, list[tuple[Button, ...]]()
    if code is not None:
        label = shorten(translator.plain("{number}. Copy {code}", number=number, code=code), LABEL)
        link = translator.plain("{number}. Copy the link", number=number)
        rows.append((Button(label, copy=code), Button(link, copy=code_link(username, code))))
    end = translator.plain("{number}. End it", number=number)
    return (*rows, (Button(end, action=f"offers:end:{listed.offer.id}"),))


def _ending(listed: ListedOffer, me: int, names: Mapping[int, str]) -> Ending | None:
    by = listed.taken.ended_by
    return None if by is None else Ending(by, me, names)
