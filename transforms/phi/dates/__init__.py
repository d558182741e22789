"""The forms of dates in free text, for `phi.dates_in_text`: one module a family, and what stands around a date."""
