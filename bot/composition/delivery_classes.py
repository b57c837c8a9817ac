"""The classes of which a program makes its delivery."""

from dataclasses import dataclass

from bot.services.claiming import Claiming
from bot.services.publishing import Publishing
from bot.services.window import Window
from bot.telegram.wire import Wire


@dataclass(frozen=True, slots=True)
class DeliveryClasses:
    """Whoever kills the program at a chosen moment gives other ones."""

    wire: type[Wire] = Wire
    publishing: type[Publishing] = Publishing
    claiming: type[Claiming] = Claiming
    window: type[Window] = Window
