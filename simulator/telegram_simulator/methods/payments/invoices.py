"""Invoices: links and messages."""

from typing import Any

from telegram_simulator.api.errors import bad_request
from telegram_simulator.methods.call import Call
from telegram_simulator.methods.payments.invoice_fields import invoice_of
from telegram_simulator.methods.sending import put
from telegram_simulator.payments.invoices import pay_keyboard
from telegram_simulator.state.messages import Content


def create_invoice_link(call: Call) -> str:
    """Make a link that anybody may pay, any number of times."""
    invoice = invoice_of(call)
    call.state.payments.register(call.account, invoice)
    return invoice.link


def send_invoice(call: Call) -> dict[str, Any]:
    """Send an invoice, with a button that pays it. Subscriptions are sold by links only."""
    chat = call.open_chat()
    invoice = invoice_of(call)
    if invoice.subscription_period is not None:
        raise bad_request("SUBSCRIPTION_EXPORT_MISSING")
    content = Content("invoice", {"invoice": invoice.as_json()}, invoice=invoice)
    message = put(call, chat, content, default_markup=pay_keyboard(invoice))
    call.state.payments.register(call.account, invoice)
    return chat.message_json(message)
