"""The audit's table schemas and writers."""
