"""What is said of access, grants, offers and subscriptions."""
