"""Evidence bundles: what was done to a data set, signed, and the check of an output against one."""
