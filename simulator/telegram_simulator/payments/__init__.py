"""Telegram Stars: invoices, pay sheets, subscriptions, refunds, transactions."""
