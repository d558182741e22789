"""deid (`pip install deid`): headers by its default recipe, then pixels by its list of devices. Usage: deid.py INPUT OUTPUT."""

import sys
from pathlib import Path

sys.path.remove(str(Path(__file__).parent))  # This file has the name of the package.

from deid.config import DeidRecipe
from deid.dicom import DicomCleaner, get_identifiers, replace_identifiers

source, output = map(Path, sys.argv[1:3])
recipe = DeidRecipe()
for number, file in enumerate(sorted(source.rglob("*.dcm"))):
    try:
        (dataset,) = replace_identifiers([str(file)], ids=get_identifiers([str(file)]), deid=recipe, save=False)
        written = output / f"{number:06}.dcm"
        dataset.save_as(written)
        cleaner = DicomCleaner(output_folder=str(output))
        if cleaner.detect(str(written))["flagged"]:
            cleaner.clean()
            Path(cleaner.save_dicom()).replace(written)
    except Exception as error:  # One file must not end the trial.
        print(f"not written: {type(error).__name__}", file=sys.stderr)
