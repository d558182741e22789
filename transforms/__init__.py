"""Beam transforms, one public PTransform a file, over pure code in the subfolders, which never import Beam."""

if __name__ == "transforms":
    raise ImportError("import efface.transforms: the bare name would make a second copy of every class and break pickling")
