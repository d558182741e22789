"""Parsing, serializing and the frames of DICOM instances."""
