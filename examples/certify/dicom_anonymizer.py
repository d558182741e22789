"""dicom-anonymizer (`pip install dicom-anonymizer`): headers, top level only. Usage: dicom_anonymizer.py INPUT OUTPUT."""

import sys
from pathlib import Path

from dicomanonymizer import anonymize_dicom_file

source, output = map(Path, sys.argv[1:3])
for number, file in enumerate(sorted(source.rglob("*.dcm"))):
    try:
        anonymize_dicom_file(str(file), str(output / f"{number:06}.dcm"))
    except Exception as error:  # One file must not end the trial.
        print(f"not written: {type(error).__name__}", file=sys.stderr)
