"""How we call Telegram: requests, the rate limiter, errors, campaign connections."""
