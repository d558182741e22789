"""Decisions of people about boxes and quarantine: the table beside the policy, and what a policy says itself."""
