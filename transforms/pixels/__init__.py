"""Pixel work on numpy arrays: renderings, tiles, cine windows, redaction."""
