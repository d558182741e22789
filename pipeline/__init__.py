"""The graph, the policy that configures it, and what commands need beside the graph."""

if __name__ == "pipeline":
    raise ImportError("import efface.pipeline: the bare name would make a second copy of every class and break pickling")
