"""What we remember: tables, sessions, one query module per noun."""
