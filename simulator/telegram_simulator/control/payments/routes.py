"""Assembles the routes of Telegram Stars."""

from aiohttp import web

from telegram_simulator.control.payments.people import PeoplesStars
from telegram_simulator.control.payments.telegram import TelegramsStars
from telegram_simulator.control.payments.updates import Disrupting
from telegram_simulator.state.registry import Registry
from telegram_simulator.state.state import State


def routes(state: State, registry: Registry) -> list[web.RouteDef]:
    return [
        *PeoplesStars(state, registry).routes(),
        *TelegramsStars(state).routes(),
        *Disrupting(state).routes(),
    ]
