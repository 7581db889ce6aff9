r"""A copy of a model to choose by: its language knows no sentence of the watched speakers.

Their sentences may stand in the language model that ships, which would flatter whatever
is measured on their clips.

    python -m models.listener.choosing models/vosk-vi-danloi \
        ../shared/speech/cv_vi/manifest.jsonl procedures ~/work/choosing
"""

import argparse
import shutil
from pathlib import Path

from kiosk.catalogue import load_catalogue
from models.listener.clips import held_out_speakers, read_manifest
from models.listener.fst import write_file
from models.listener.language import Sentence, counted
from models.listener.pronunciation import words_said
from models.listener.rebuild import language_graph, read_labels
from models.listener.texts import sentences_of_clips, sentences_of_ward


def everyday_sentences(manifest: Path) -> tuple[Sentence, ...]:
    """The sentences of the clips that teach, without those of watched speakers."""
    clips = read_manifest(manifest)
    heard = [clip for clip in clips if clip.may_be_heard_in_training]
    apart = held_out_speakers(heard)
    watched = {words_said(clip.text) for clip in heard if clip.speaker in apart}
    return tuple(one for one in sentences_of_clips(clips) if one.words not in watched)


def copy_to_choose_by(model: Path, manifest: Path, procedures: Path, copy: Path) -> None:
    """Write the copy."""
    shutil.copytree(model, copy, dirs_exist_ok=True)
    everyday = counted(everyday_sentences(manifest))
    ward = sentences_of_ward(load_catalogue(procedures))
    write_file(copy / "graph" / "Gr.fst", language_graph(everyday, ward, read_labels(copy)))


def main() -> None:
    """Copy by the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("procedures", type=Path)
    parser.add_argument("copy", type=Path)
    chosen = parser.parse_args()
    copy_to_choose_by(chosen.model, chosen.manifest, chosen.procedures, chosen.copy)


if __name__ == "__main__":
    main()
