"""Names of the counters, in one place: a counter never carries a value of the data, and its unit is its last word."""

from __future__ import annotations

from enum import StrEnum


class Counter(StrEnum):
    """What is counted; the namespace of each is the stage that counts it."""

    PASSED = "passed_count"
    FAILED = "failed_count"
    TILES = "tiles_count"
    FRAMES_READ = "frames_read_count"
    LINES = "text_lines_count"
    OCR = "ocr_msec"
    BYTES_WRITTEN = "written_bytes"
