"""The page on which a person looks at an output, and corrects it: on this machine alone, or as files that only show it."""
