"""The instrument: makes DICOM full of planted identifiers, and says what a de-identifier left, lost and broke.

It judges the output of any program, so nothing in it uses the rest of efface.
"""
