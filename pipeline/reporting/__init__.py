"""Pages to read, print and sign: what stands in an output, and what a policy does."""
