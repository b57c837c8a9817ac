"""What the audit says."""
