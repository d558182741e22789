"""The command line. One module per command: its function `run` takes the parsed arguments and returns the exit code."""
