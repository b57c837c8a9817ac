"""Refunds, and subscriptions that a bot cancels."""

from telegram_simulator.api.errors import bad_request
from telegram_simulator.methods.call import Call
from telegram_simulator.payments.charges import Charge


def refund_star_payment(call: Call) -> bool:
    """Give the Stars of a payment back, whole and once. The bot gets `refunded_payment` too."""
    user_id = _user(call)
    if not call.text("telegram_payment_charge_id"):
        raise bad_request('parameter "telegram_payment_charge_id" is required')
    charge = _charge(call, user_id)
    if charge.refunded:
        raise bad_request("CHARGE_ALREADY_REFUNDED")
    call.state.payments.of(call.account).refund(charge, call.state.clock.now())
    return True


def edit_user_star_subscription(call: Call) -> bool:
    """Cancel the subscription that this payment began, or allow its payer to renew it. No update tells."""
    charge = _charge(call, _user(call))
    subscription = charge.subscription
    if subscription is None or not charge.first:
        raise bad_request("CHARGE_ID_INVALID")
    subscription.bot_canceled = call.flag("is_canceled")
    subscription.canceled = subscription.canceled or subscription.bot_canceled
    return True


def _user(call: Call) -> int:
    user_id = call.integer("user_id")
    if user_id <= 0:
        raise bad_request("invalid user_id specified")
    return user_id


def _charge(call: Call, user_id: int) -> Charge:
    if not any(user_id in chat.people for chat in call.account.chats.values()):
        raise bad_request("USER_ID_INVALID")
    charge = call.state.payments.of(call.account).charges.get(call.text("telegram_payment_charge_id"))
    if charge is None or charge.user["id"] != user_id:
        raise bad_request("CHARGE_ID_INVALID")
    return charge
