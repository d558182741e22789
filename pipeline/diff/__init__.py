"""Compares one file with its de-identified output, by other means than those that made it."""
