"""One instance, Beam-free: composes the domain folders to read its text, rewrite it and verify it."""
