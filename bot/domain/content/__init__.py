"""What is published: issues, blocks, the gate, Markdown."""
