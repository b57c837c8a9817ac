"""What the simulator holds: bots, people, chats, messages, files."""
