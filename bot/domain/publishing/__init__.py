"""When an issue is released, and when admins are told."""
