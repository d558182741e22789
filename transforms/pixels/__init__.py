"""Pure pixel work on numpy arrays: views for OCR, tiles, cine windows, redaction."""
