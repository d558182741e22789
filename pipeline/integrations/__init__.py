"""efface inside of other libraries, one module a library. Each needs the extra of its name."""

if __name__ != "efface.integrations":
    raise ImportError("import efface.integrations: another name would make a second copy of this module")
