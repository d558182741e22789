"""The PS3.15 Annex E profile: tables, actions, UIDs, dates, free text and every carrier of identifiers."""
