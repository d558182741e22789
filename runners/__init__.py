"""One folder per runner: pure functions that build its pipeline options, and what launches it."""

if __name__ == "runners":
    raise ImportError("import efface.runners: the bare name would make a second copy of every class and break pickling")
