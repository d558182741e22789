"""One machine: the bounded batches, their progress and their resumption."""
