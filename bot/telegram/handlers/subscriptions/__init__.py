"""How a reader gets access: trial, offers, Stars, her account."""
