"""The profile of PS3.15 Annex E: tables, actions, UIDs, dates, free text and every carrier of identifiers."""
