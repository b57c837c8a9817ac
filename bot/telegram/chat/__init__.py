"""The conversation with one person: replies, pages, keyboards, menus."""
