"""Campaigns: announcements, schedules, outcomes, actions."""
