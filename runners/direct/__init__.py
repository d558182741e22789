"""Runs on one machine: worker processes, bounded batches and their supervisor."""
