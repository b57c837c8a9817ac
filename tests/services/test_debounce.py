"""What changes is taken up once, when it has been quiet for long enough."""

from bot.services.content.debounce import Debounce


class Seconds:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_change_is_quiet_once_it_looked_the_same_for_so_long() -> None:
    seconds = Seconds()
    debounce: Debounce[str] = Debounce(1.0, seconds)
    assert not debounce.is_stable("folder", "one file")
    seconds.now = 0.5
    assert not debounce.is_stable("folder", "one file")
    assert "folder" in debounce
    seconds.now = 1.0
    assert debounce.is_stable("folder", "one file")
    assert "folder" not in debounce


def test_another_change_begins_the_wait_anew() -> None:
    seconds = Seconds()
    debounce: Debounce[str] = Debounce(1.0, seconds)
    debounce.is_stable("folder", "one file")
    seconds.now = 0.5
    assert not debounce.is_stable("folder", "two files")
    seconds.now = 1.25
    assert not debounce.is_stable("folder", "two files")
    seconds.now = 1.5
    assert debounce.is_stable("folder", "two files")


def test_what_looks_as_it_did_before_is_waited_for_no_more() -> None:
    debounce: Debounce[str] = Debounce(1.0, Seconds())
    debounce.is_stable("folder", "one file")
    debounce.forget("folder")
    assert len(debounce) == 0
