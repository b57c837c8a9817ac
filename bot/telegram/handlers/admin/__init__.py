"""What an admin may ask for."""
