"""Briefing Bot: a weekly newsletter inside Telegram."""
