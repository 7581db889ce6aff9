"""The trained network as one GGUF file, which llama.cpp reads, and the files beside it.

python -m models.guide.export /root/guide/run/checkpoint.pt models/danloi-guide
"""

import argparse
import hashlib
import json
from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray

from models.guide.asker import FILE, NAME
from models.guide.network import NORM, Network
from models.guide.train import load
from models.guide.words import Vocabulary

CARD = "README.md"
MANIFEST = "kiosk-manifest.json"

STYLE = "danloi.style"
"""The key that tells a kiosk how the model wants to be asked."""


def escaped(entry: bytes) -> bytes:
    """An entry as llama.cpp's tokenizer `rwkv` has it in the file."""
    if len(entry) == 1:
        return f"\\x{entry[0]:02x}".encode()
    return entry


def write(network: Network, vocabulary: Vocabulary, path: Path, *, is_small: bool = True) -> None:
    """Write the model.

    Args:
        network: the trained one.
        vocabulary: its entries; the network may have a few more, which mean nothing.
        path: of the file.
        is_small: matrices in 8 bits (Q8_0); else as they are.
    """
    shape = network.shape
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name(NAME)
    writer.add_description("Chooses what a citizen meant, for the Dẫn Lối kiosk")
    writer.add_license("CC0-1.0")
    writer.add_languages(["vi"])
    writer.add_string(STYLE, "keys")
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.inner)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads)
    writer.add_rope_dimension_count(shape.head)
    writer.add_rope_freq_base(shape.turns)
    writer.add_layer_norm_rms_eps(NORM)
    writer.add_vocab_size(shape.entries)
    kind = gguf.LlamaFileType.MOSTLY_Q8_0 if is_small else gguf.LlamaFileType.ALL_F32
    writer.add_file_type(kind)
    unused = [f"<{number}>".encode() for number in range(shape.entries - len(vocabulary.entries))]
    entries = [*(escaped(one) for one in vocabulary.entries), *unused]
    kinds = [gguf.TokenType.NORMAL] * len(entries)
    kinds[0] = gguf.TokenType.CONTROL
    for number in range(len(vocabulary.entries), len(entries)):
        kinds[number] = gguf.TokenType.UNUSED
    writer.add_tokenizer_model("rwkv")
    writer.add_token_list(entries)
    writer.add_token_types(kinds)
    writer.add_eos_token_id(0)
    writer.add_add_bos_token(False)
    writer.add_add_eos_token(False)
    for name, value in network.named_parameters():
        table: NDArray[np.float32] = value.detach().numpy().astype(np.float32)
        if is_small and table.ndim == 2:
            kind8 = gguf.GGMLQuantizationType.Q8_0
            writer.add_tensor(name, gguf.quants.quantize(table, kind8), raw_dtype=kind8)
        else:
            writer.add_tensor(name, table)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_manifest(folder: Path) -> None:
    """Write what a kiosk checks the folder's files against."""
    files = {
        one.name: {
            "bytes": one.stat().st_size,
            "sha256": hashlib.sha256(one.read_bytes()).hexdigest(),
        }
        for one in sorted((folder / CARD, folder / FILE))
        if one.exists()
    }
    manifest = {"kiosk_model": 1, "files": files, "parts": {}}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    network, vocabulary = load(given.checkpoint)
    write(network, vocabulary, given.folder / FILE)
    write_manifest(given.folder)
    size = (given.folder / FILE).stat().st_size
    print(f"{given.folder / FILE}: {size / 1e6:.1f} MB")  # noqa: T201


if __name__ == "__main__":
    main()
