"""dicognito (`pip install dicognito`): headers, one seed for all. Usage: dicognito.py INPUT OUTPUT."""

import sys
from pathlib import Path

sys.path.remove(str(Path(__file__).parent))  # This file has the name of the package.

import pydicom
from dicognito.anonymizer import Anonymizer

source, output = map(Path, sys.argv[1:3])
anonymizer = Anonymizer(seed="certify")
for number, file in enumerate(sorted(source.rglob("*.dcm"))):
    try:
        with pydicom.dcmread(file) as dataset:
            anonymizer.anonymize(dataset)
            dataset.save_as(output / f"{number:06}.dcm")
    except Exception as error:  # One file must not end the trial.
        print(f"not written: {type(error).__name__}", file=sys.stderr)
