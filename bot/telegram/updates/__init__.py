"""How updates come in: polling, webhook, checkout questions."""
