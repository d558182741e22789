"""What each reason code of a failure means, and what to do about it: for `docs/reasons.md` and for reports.

In both texts, backticks are around what is typed as it stands.
"""

from __future__ import annotations

from typing import NamedTuple


class FailureText(NamedTuple):
    """What a code means, and what to do about it."""

    meaning: str
    advice: str


FAILURE_TEXTS = {
    "not_dicom": FailureText(
        "The object is not DICOM: no file meta, and no data set can be read at its start.",
        "Nothing, unless you know it to be DICOM.",
    ),
    "dicomdir": FailureText(
        "A DICOMDIR: an index over other files, full of their identifiers; a new one can be made over the output.",
        "Nothing: make a new one over the output.",
    ),
    "structure": FailureText(
        "The data set's structure cannot be trusted: a length that lies, a sequence that never ends, a cut file.",
        "Fetch the file again; if it is the same, repair it with a DICOM toolkit.",
    ),
    "inflation_limit": FailureText(
        "A deflated data set inflates to more than 1 GiB, or to more than 64 MiB and 200 times its deflated size; a "
        "member of a ZIP archive to more than 16 GiB, or to more than 256 MiB and 200 times; a whole archive to more "
        "than 1 GiB and 200 times, a ZIP archive to more than 4 TiB, or a compressed TAR archive to more than 64 GiB.",
        "Look at the source: it may be made to exhaust memory. If it is an image, convert it to a transfer syntax "
        "that is not deflated. If it is an archive, unpack it.",
    ),
    "archive": FailureText(
        "An archive, or a member of one, cannot be read: damaged, cut off, encrypted, members that overlap or that "
        "its directory leaves out, more than a million of them, a sparse file, a compression that is not supported "
        "(xz, zstd, LZMA, Deflate64), an archive inside of an archive; or a file that is called an archive is none, "
        "or one of another kind (7z, RAR). The column `detail` says which.",
        "Fetch the archive again; if it is the same, unpack it and give the folder.",
    ),
    "dicomdir_reference": FailureText(
        "The DICOMDIR that was given as the input names a file that is missing, that is there in several spellings, "
        "or that lies outside of its folder; or it cannot be read itself.",
        "Look at the medium; give its folder instead, and everything below it is read.",
    ),
    "sop_class": FailureText(
        "The SOP Class is missing, or no Storage SOP Class of the standard, so nobody can say what the instance holds.",
        "Add nothing by hand: ask where the file comes from. Private classes cannot be judged.",
    ),
    "carrier": FailureText(
        "The instance carries identifiers in a form that efface cannot clean (an encapsulated document, for example).",
        "Take the document out, or handle the instance by hand.",
    ),
    "patient_identity": FailureText(
        "Nothing tells whose instance this is, or it names more than one patient.",
        "Look at the source: it names several patients, or none.",
    ),
    "unmapped_patient": FailureText(
        "The patient is not in the table of patients, and the policy says `others: quarantine`.",
        "Add a line for the patient to the table, and run again.",
    ),
    "shared_patient_id": FailureText(
        "Two people have this Patient ID: other names, and another sex or date of birth. Only with "
        "`metadata.shared_ids: quarantine`.",
        "Look at the sources: `refs.csv` of the vault names them. Correct the wrong ID, or decide in the table of patients.",
    ),
    "several_patient_ids": FailureText(
        "A person with the same name, date of birth and sex has another Patient ID too. Only with "
        "`metadata.several_ids: quarantine`.",
        "Give the IDs one new ID in the table of patients, or let the policy report them.",
    ),
    "instance_identity": FailureText(
        "The SOP Instance UID is missing, so the output can have no name. (A missing Series or Study Instance UID is "
        "replaced: the instance is a series of its own, the series a study of its own.)",
        "Repair the source.",
    ),
    "transfer_syntax": FailureText(
        "The transfer syntax is private, or one that efface does not read: video, JPEG XL, deflated frames, pixels on"
        " a server. The column `detail` names it.",
        "Convert the source, losslessly, to one that is supported; make an image of many frames of a video.",
    ),
    "frame_decode": FailureText(
        "A frame does not decode, or decodes to another shape than the header states.",
        "Fetch the file again; if it is the same, it is damaged.",
    ),
    "frame_encode": FailureText(
        "A redacted frame cannot be written without damage: no lossless form of it is known.",
        "Convert the source, losslessly, to an uncompressed transfer syntax.",
    ),
    "pixel_facts": FailureText(
        "The Image Pixel module is incomplete or contradicts itself, or tells of more frames than an image has "
        "(262,144, or 4,096 of less than 256 pixels).",
        "Repair the Image Pixel attributes of the source.",
    ),
    "pixel_layout": FailureText(
        "What the header says about the pixel data and what these are disagree, so that viewers show different "
        "pictures: High Bit outside of the cell, bits above Bits Stored in colours, bytes a pixel, Number of Frames, "
        "offset tables; or there are pixel data that nobody looked at: a second pixel data element, an image inside a"
        " sequence. The column `detail` says which.",
        "Repair the header, or convert the source with a toolkit that writes a new one.",
    ),
    "readers_disagree": FailureText(
        "Two readers of different code make different pictures of a frame, of the source or of what was written.",
        "Report it with the transfer syntax; convert the source, losslessly, to another one.",
    ),
    "hidden_bytes": FailureText(
        "A compressed frame holds bytes that no decoder shows, and they cannot be taken out.",
        "Decode the source and encode it again, losslessly.",
    ),
    "voi_windows": FailureText(
        "A frame is shown in more than eight ways that differ, or by a lookup table that cannot be applied.",
        "Take out windows and VOI LUTs that nobody needs, or repair the table.",
    ),
    "slide_label": FailureText(
        "The image is, or shows, the label of a slide.",
        "`visual_features.slide_labels: replace` draws a label with the pseudonym in place of a label image. Mask a "
        "label that another image shows; the other images of the slide are published.",
    ),
    "face": FailureText(
        "A photograph shows a face.",
        "Look at it; `visual_features.faces: blank` fills faces, `keep` leaves them.",
    ),
    "text_detection": FailureText(
        "The text engine failed on a frame. No evidence is not evidence of no text.",
        "Try again; if it repeats, report it.",
    ),
    "classification": FailureText(
        "The text was read, but could not be classified.",
        "Try again; if it repeats, report it.",
    ),
    "tile_count": FailureText(
        "The join got another number of tiles than the instance sent out.",
        "Try again: something was lost on the way.",
    ),
    "withdrawn": FailureText(
        "The patient is on the list of those who withdrew: nothing of theirs is published.",
        "Nothing: the patient is on the withdrawal list.",
    ),
    "rejected": FailureText(
        "A person decided that the instance is not published (docs/decisions.md).",
        "Nothing; `efface decide withdraw` takes the decision back.",
    ),
    "not_selected": FailureText(
        "`select` of the policy leaves the instance out. The column `detail` says which rule, counted from 1.",
        "Nothing: it is left out on purpose.",
    ),
    "residual_identifier": FailureText(
        "Verification found an identifier of the source in the bytes that were to be published.",
        "Look at the source: it spells a name in a place that the policy keeps. An override can remove that attribute.",
    ),
    "verification": FailureText(
        "Verification found that the written object is not what the plan says (frame count, untouched frames, boxes).",
        "Report it: the output would not have been what was planned.",
    ),
    "text_left": FailureText(
        "A second look at what was written read text that must not stay: the first look missed it, or it was not filled.",
        "Look at the source (`efface scan --png`); mask the text, or let the policy keep its words.",
    ),
    "source_changed": FailureText(
        "The source changed or vanished between listing and reading.",
        "Run again when nobody writes to the input.",
    ),
    "source_read": FailureText(
        "The source cannot be read (permission, network), is a FIFO, a device or a socket, what was sent has another "
        "length or checksum than the store says, or there is no room to inflate an archive.",
        "Check permissions, the network and the space below `TMPDIR`, then run again.",
    ),
    "temporary_space": FailureText(
        "The temporary files of a large instance cannot be written, or one of them would have more than 64 GiB.",
        "Give `TMPDIR` a folder with room for three times the largest instance a worker, and run again.",
    ),
    "memory": FailureText(
        "The process that worked on the instance got no more memory: it is limited, or the machine has none left.",
        "Raise the limit of the process or container, or run with fewer `--workers`. The next run tries again.",
    ),
    "deadline": FailureText(
        "The work on the instance did not end in the time that its size allows (docs/running.md, Deadlines): its "
        "storage hangs or is very slow, or a decoder does not come to an end.",
        "Run again: the next run tries again. If it repeats, copy the source to a faster storage, or convert it.",
    ),
    "output_conflict": FailureText(
        "Several sources with other content claim one SOP Instance UID, or another object has the output's name. None"
        " of them is published; what an earlier run published stays while its source is listed and unchanged. With "
        "`output.on_conflict: newest`: several that are equally new.",
        "Look at the sources: `refs.csv` of the vault names them. Remove the wrong ones, or let the policy take the newest.",
    ),
    "superseded": FailureText(
        "A newer source with the same SOP Instance UID and other content is published (`output.on_conflict: newest`).",
        "Nothing: the newer one is published.",
    ),
    "output_write": FailureText(
        "The output cannot be written (permission, space, network).",
        "Check permissions, space and the network, then run again.",
    ),
    "worker_died": FailureText(
        "The instance ended every process that worked on it, most often for lack of memory.",
        "Give the machine more memory or fewer `--workers`, and run again; if it repeats, report it.",
    ),
    "internal": FailureText(
        "An error that nobody expected.",
        "Please report it: the log has one line with the class of the error and the line of code, and nothing of the data.",
    ),
}
"""In the order in which an instance meets them."""
