"""Canaries: invented identifiers in copies of a site's own published instances, to measure what its policy misses there."""
