"""The judge of text: which text identifies a person, and what may stay."""
