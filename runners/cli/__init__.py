"""One module a command. Its function `carry_out` takes the parsed arguments and returns the exit code."""
