"""The classes of which a program makes its delivery."""

from dataclasses import dataclass

from bot.services.delivery.sending.claiming import Claiming
from bot.services.delivery.sending.window import Window
from bot.services.publishing.publishing import Publishing
from bot.telegram.api.http_connection import HttpConnections


@dataclass(frozen=True, slots=True)
class DeliveryClasses:
    """Whoever kills the program at a chosen moment gives other ones."""

    wire: type[HttpConnections] = HttpConnections
    publishing: type[Publishing] = Publishing
    claiming: type[Claiming] = Claiming
    window: type[Window] = Window
