"""One instance, Beam-free: opens it, reads its text, rewrites it and verifies it. Composes the domain folders."""
