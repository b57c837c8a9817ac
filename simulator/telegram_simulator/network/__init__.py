"""What happens on the wire: faults, rate limits, updates, webhooks."""
