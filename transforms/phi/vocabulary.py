"""Words that end a name in free text, or that are also names."""

from __future__ import annotations

import re

CLINICAL_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
    abdomen and ankle anonymized anonymous anterior aorta arm axial bone brain breast cardiac chest code container
    contrast coronal ct de der derived doctor dose dr elbow exam eye face female femur film finger foot hand head
    heart hip ii iii image jr kidney knee lateral left leg liver localizer lung male mammo md miss mr mri mrs ms name
    neck no none nose not num nurse operator original other patient pelvis pet phantom phd physician posterior
    primary prof removed report right sagittal scan scout screening secondary series shoulder sinus skull spine
    spleen sr study technologist test text the thorax toe ultrasound unknown van vascular von wrist xray yes
    """,
    )
)
"""Words that a name may be spelled like, but that do not name anybody when they stand alone."""

PARTICLES_AND_TITLES = frozenset(
    re.findall(
        r"\w+",
        """
    al and anonymized anonymous ben bin code da de deidentified del della den der di doctor dr el ibn ii iii iv jr la le
    md miss mr mrs ms name no none not num of original other patient phantom phd prof removed sir sr test text the
    unknown van von yes
    """,
    )
)
"""Parts of a PN value that name nobody alone: titles, particles, and what stands where a name was removed."""

WORDS_AFTER_NAMES = CLINICAL_WORDS | frozenset(
    re.findall(
        r"\w+",
        """
    abd adrenal angio angiogram ap arterial artery aortic bilateral biopsy bladder body bowel breath cervical chest
    cholangiogram colon complete cor coronary cta ctp delayed diffusion doppler duplex dwi dx echo enhanced esophagus fast
    flair fluoro follow fov full gated hepatic hold hrct iac indirect inspiration intra kub lat limited lower lumbar
    lung lungs mammogram mammography mg mra mrcp mrv nuclear ob oblique orbit orbits pa parotid pel pelvic perfusion
    pet phase plain portable post pre pregnancy prostate protocol pulmonary rectum renal routine sacrum sag series
    single soft spect stress supine survey tavi temporal thoracic thyroid tissue tra trauma upper us uterus vein venous
    view views w weighted with without wo xr
    """,
    )
)
"""Words that end a name which they follow, though somebody may be called like one of them."""
