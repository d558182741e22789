"""Degrees, memberships and short names of professions behind the name of a person: "Miller, FRCR", "A. Miller PA-C"."""

from __future__ import annotations

from ..core.word_lists import words_of

DEGREES = frozenset(
    words_of("""
    md phd mbbs mbbch mbchb mbbchir bmbs bmbch bchir mbch bmed bmedsci bmedsc bscmed mdcm mdphd mch mchir dm drph dsc scd
    dphil edd psyd pharmd dvm dmd dds dnp dpt drnp aud dpm dmsc msc mphil mph mha mba mmed mmedsci mrad mrcgp bsc bsn msn mn
    bhsc beng meng mphys pgdip pgcert dip dipl cert hons
    frcr facr frcs frcp frcpc frcpch frcog frca frcpath frcsc frcsed frcse frcpe frcpi frcsi ffr ffrrcsi ffrcsi frcem
    franzcr franzcp franzca fracp fracs fracgp franzcog facp facs facc faha fase fscct fsir fsirs facog faap facep faans facg
    faad fams fhkcr fhkam fcps fcr fcrad fcp fcs ficr fams fasnc fscai fhrs fesc ebir
    mrcp mrcpch mrcs mrcog mrcpath mrcpsych mrcem mrcr mrcpi mrcsi dmrd dmrt dmre dnb dabr dabnm ebcr ebr edir edipnr
    ecnr cert csct ccst cct
    rn lpn lvn crna crnp arnp aprn fnp anp acnp pnp whnp agnp cnp cnm ocn ccrn cen rnc rnfa cnor cnl cns
    rt arrt rtr rtt rtn rtmr rtct cnmt nmtcb rdms rvt rdcs rvs rcs rcis rpvi rphs cct crat ct-asmrt crt rrt mrso mrmd bds
    rpa rpac ra rra pac lcsw msw lmsw licsw lmft lpc otr cota slp ccc-slp pta atc cmd dabmp dabr cmp mcmp mipem
    mta mtra mtr mfa esq jp obe mbe cbe
    facharzt fachärztin
    """)
)
"""They are words or abbreviations of nothing else that stands behind a name."""
DOUBTFUL_DEGREES = frozenset(
    words_of("""
    np pa pt ot do ms ma ba bs rt ra co st spr sho registrar fa rd cma ma cna emt ccst
    """)
)
"""They are also terms, units or words: in capitals behind a comma, and behind two parts of a name, they are degrees."""
GRADES = frozenset(("pgy", "spr", "sho", "fy", "st", "ct", "ms", "r", "ir"))
"""Grades of training with a number: "Miller, PGY-3", "Miller (ST4)"."""
