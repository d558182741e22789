"""Records, errors, metrics, boxes, dates and keyed pseudonyms: what every other folder may import."""
