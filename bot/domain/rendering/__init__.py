"""One way from what passed the gate to markup for each kind of message."""
