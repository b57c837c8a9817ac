"""When an issue goes out, and what admins are asked."""
