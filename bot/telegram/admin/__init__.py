"""What admins are shown: status messages, notices, questions."""
