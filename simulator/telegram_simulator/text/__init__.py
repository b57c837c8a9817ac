"""Texts: entities, TDLib's parser, rich messages."""
