"""Reads and writes DICOM instances and their Frames."""
