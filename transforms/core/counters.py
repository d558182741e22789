"""Names of the metrics, in one place. A metric never carries a value of the data; its last word is its unit."""

from __future__ import annotations

from enum import StrEnum


class Counter(StrEnum):
    """Counters. The namespace of each is the stage that counts."""

    PASSED = "passed_count"
    FAILED = "failed_count"
    TILES = "tiles_count"
    FRAMES_READ = "frames_read_count"
    LINES = "text_lines_count"
    OCR = "ocr_msec"
    WIDENED = "widened_boxes_count"
    BYTES_WRITTEN = "written_bytes"


class Distribution(StrEnum):
    """Distributions over the batches of an inference step."""

    BATCH_SIZE = "batch_size_count"
    BATCH_LATENCY = "batch_latency_msec"
