"""What a payer is told when a payment does not come about."""


class PaymentRefused(Exception):  # noqa: N818  # what became of a payment, not a failure of the program
    """A payment that did not come about. `code` is Telegram's, `text` what the payer reads.

    The text of `BOT_PRECHECKOUT_FAILED` is the bot's own, as it stands.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text


def declined(text: str) -> PaymentRefused:
    return PaymentRefused("BOT_PRECHECKOUT_FAILED", text)


def timed_out() -> PaymentRefused:
    return PaymentRefused("BOT_PRECHECKOUT_TIMEOUT", "The bot didn’t respond in time. Please try again.")


def form_expired() -> PaymentRefused:
    return PaymentRefused("FORM_EXPIRED", "This payment form has expired. Please open it again.")


def submitted_twice() -> PaymentRefused:
    return PaymentRefused("FORM_SUBMIT_DUPLICATE", "This payment has already been sent.")


def balance_too_low(missing: int) -> PaymentRefused:
    return PaymentRefused("BALANCE_TOO_LOW", f"You need {missing} more Stars.")


def payment_failed() -> PaymentRefused:
    return PaymentRefused("PAYMENT_FAILED", "The payment has failed. You have not been charged.")


def no_invoice() -> PaymentRefused:
    return PaymentRefused("SLUG_INVALID", "There is no such invoice.")
