"""A payload says who may pay for what, and only the bot can make one."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.subscriptions.payload import Payload, read_payload

KEY = b"key"
PAYLOADS = st.builds(
    Payload,
    reader_id=st.integers(1, 2**52),
    stars=st.integers(1, 10_000),
    days=st.integers(1, 3_660),
    renews=st.booleans(),
    made_at=st.integers(0, 2**33).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    nonce=st.from_regex(r"[0-9a-f]{8}", fullmatch=True),
)


@given(PAYLOADS)
def test_what_is_signed_is_read_again(payload: Payload) -> None:
    text = payload.signed(KEY)
    assert len(text.encode()) <= 128  # Telegram's limit
    assert read_payload(text, KEY) == payload


@given(PAYLOADS, st.data())
def test_a_payload_with_any_other_letter_is_none_of_ours(payload: Payload, data: st.DataObject) -> None:
    text = payload.signed(KEY)
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.characters().filter(lambda other: other != text[place]))
    assert read_payload(text[:place] + letter + text[place + 1 :], KEY) is None


@pytest.mark.parametrize("text", ["", "s1", "s1.1.1.1.r.1.00000000", "invoice-17", "s1." + "9" * 200])
def test_a_foreign_payload_is_none_of_ours(text: str) -> None:
    assert read_payload(text, KEY) is None


def test_a_payload_of_another_key_is_none_of_ours() -> None:
    payload = Payload(1, 250, 30, renews=True, made_at=datetime(2026, 1, 1, tzinfo=UTC), nonce="0" * 8)
    assert read_payload(payload.signed(b"another"), KEY) is None
