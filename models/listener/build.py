r"""A model's folder from a checkpoint: what Vosk reads, and what `rebuild.py` needs.

    python -m models.listener.build /root/ears/run/checkpoint.pt \
        ../shared/speech/cv_vi/manifest.jsonl models/vosk-vi-danloi

Needs Debian's `libfst-tools` and `libfst22-plugins-base`, which turn the lexicon's graph
into one that looks ahead. The language model is added by `rebuild.py`.
"""

import argparse
from pathlib import Path

import torch

from models.listener.clips import read_manifest
from models.listener.export import graph_of as network_graph
from models.listener.kaldi import write_model
from models.listener.language import counted
from models.listener.lexicon import (
    SAID_AS,
    UNKNOWN,
    Costs,
    phones,
    readings,
    syllables,
    word_places,
)
from models.listener.network import Network, Shape
from models.listener.rebuild import GENERAL, write_counts
from models.listener.regraph import write_lexicon
from models.listener.sounds import CONFIGURATION
from models.listener.texts import sentences_of_clips

DECODING = """\
--min-active=200
--max-active=2000
--beam=9.0
--lattice-beam=3.0
--acoustic-scale=0.8
--frame-subsampling-factor=3
--endpoint.silence-phones=1
--endpoint.rule2.min-trailing-silence=5.0
--endpoint.rule3.min-trailing-silence=5.0
--endpoint.rule4.min-trailing-silence=5.0
"""


def trained_network(checkpoint: Path) -> Network:
    """The averaged network of a checkpoint, ready to listen."""
    saved = torch.load(checkpoint)
    network = Network(Shape(**saved["shape"]))
    state = saved["optimiser"]
    names = network.state_dict()
    network.load_state_dict({name: state[f"{name}.average"] for name in names})
    return network.eval()


def build(checkpoint: Path, manifest: Path, model: Path, costs: Costs) -> None:
    """Write everything but the language model."""
    for part in ("am", "conf", "graph/phones"):
        (model / part).mkdir(parents=True, exist_ok=True)
    write_model(model / "am" / "final.mdl", phones(), network_graph(trained_network(checkpoint)))
    (model / "conf" / "fbank.conf").write_text(CONFIGURATION, encoding="ascii")
    (model / "conf" / "model.conf").write_text(DECODING, encoding="ascii")
    (model / "graph" / "phones" / "word_boundary.int").write_text(word_places(), encoding="ascii")
    general = counted(sentences_of_clips(read_manifest(manifest)))
    write_counts(model / "graph" / GENERAL, general)
    seen = {words[0] for words in general[0] if readings(words[0])}
    words = sorted({*syllables(), *SAID_AS, *seen})
    write_lexicon(model / "graph", [UNKNOWN, *words], costs)


def main() -> None:
    """Build by the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("model", type=Path)
    chosen = parser.parse_args()
    build(chosen.checkpoint, chosen.manifest, chosen.model, Costs())


if __name__ == "__main__":
    main()
