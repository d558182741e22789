"""One adapter an OCR engine; each keeps its library to itself."""
