"""Records, errors, geometry, counters and keyed pseudonyms: what every other folder may import."""
