"""The command line and the runners: one machine, Flink, Dataflow, scheduled refreshes."""

if __name__ == "runners":
    raise ImportError("import efface.runners: the bare name would make a second copy of every class and break pickling")
