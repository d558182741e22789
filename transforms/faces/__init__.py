"""Finds faces on photographs."""
