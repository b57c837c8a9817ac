"""The classes of which a program makes its delivery."""

from dataclasses import dataclass

from bot.services.delivery.sending.claiming import Claiming
from bot.services.delivery.sending.outcome_writer import OutcomeWriter
from bot.services.delivery.sending.window import Window
from bot.services.publishing.publishing import Publishing
from bot.telegram.api.http.http_connection import HttpConnections


@dataclass(frozen=True, slots=True)
class DeliveryClasses:
    """Tests and soaks give others, which fail or die at a chosen moment."""

    wire: type[HttpConnections] = HttpConnections
    publishing: type[Publishing] = Publishing
    claiming: type[Claiming] = Claiming
    window: type[Window] = Window
    outcome_writer: type[OutcomeWriter] = OutcomeWriter
