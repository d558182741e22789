"""One module a command: its function `carry_out` takes the parsed arguments and returns the exit code."""
