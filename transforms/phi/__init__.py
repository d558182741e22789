"""Which text identifies: header identity, patterns, lexicon, NER."""
