"""What a reader, an editor or an admin may ask for."""
