"""The audit of an output: its layout, schemas, files, history and maintenance; and the vault's files."""
