"""The pipeline: the graph, the policy that fills it with settings, and the command line."""

if __name__ == "pipeline":
    raise ImportError("import efface.pipeline: the bare name would make a second copy of every class and break pickling")
