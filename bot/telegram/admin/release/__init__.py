"""What admins are asked about an issue that waits."""
