"""Telegram Stars: what payers and admins hear of them by themselves."""
