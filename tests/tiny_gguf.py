"""Language models of half a megabyte, written here: llama's architecture, random weights.

No model can ship with the tests, and none has to be clever: these drive every line of the
real llama.cpp. Their vocabulary is the 256 bytes and a few control tokens; the same seed
gives the same bytes.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from gguf import GGUFWriter, TokenType

CHAT_TEMPLATE = (
    "{%- for message in messages %}<|im_start|>{{ message.role }}\n"
    "{{ message.content }}<|im_end|>\n{% endfor %}"
    "{%- if add_generation_prompt %}<|im_start|>assistant\n"
    "{%- if enable_thinking is defined and enable_thinking is false %}<think>\n\n</think>\n\n"
    "{%- endif %}{%- endif %}"
)
"""As the Qwen models have it, in short."""

CONTROLS = ("<|im_start|>", "<|im_end|>", "<think>", "</think>")
SPACE = "▁"
"""As sentencepiece writes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How large a model is."""

    layers: int = 2
    width: int = 64
    context: int = 4096
    seed: int = 7


QUICK = Shape()
SLOW = Shape(layers=12, width=256)
"""A second or more for a long prompt: time to stop it. 30 MB."""


def write_model(
    file: Path,
    *,
    shape: Shape = QUICK,
    style: str | None = "keys",
    template: str | None = None,
    architecture: str = "llama",
) -> Path:
    """Write a model.

    Args:
        file: where; its folder must be there.
        shape: how large.
        style: what `danloi.style` says; None: nothing.
        template: the chat template, if it has one.
        architecture: what the file says it is; its tensors are llama's all the same.
    """
    random = np.random.default_rng(shape.seed)
    tokens = ["<s>", "</s>", "<unk>", *(f"<0x{byte:02X}>" for byte in range(256)), *CONTROLS, SPACE]
    kinds = [TokenType.CONTROL, TokenType.CONTROL, TokenType.UNKNOWN]
    kinds += [TokenType.BYTE] * 256 + [TokenType.CONTROL] * len(CONTROLS) + [TokenType.NORMAL]
    writer = GGUFWriter(str(file), architecture)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(2 * shape.width)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(shape.width // 4)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types(kinds)
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(1)
    writer.add_unk_token_id(2)
    writer.add_eot_token_id(tokens.index("<|im_end|>"))
    writer.add_add_bos_token(True)
    writer.add_bool("tokenizer.ggml.add_space_prefix", False)
    if style is not None:
        writer.add_string("danloi.style", style)
    if template is not None:
        writer.add_chat_template(template)

    def tensor(name: str, *size: int) -> None:
        values = random.normal(0, 1 / np.sqrt(size[-1]), size).astype(np.float32)
        writer.add_tensor(name, np.abs(values) if len(size) == 1 else values)

    half = shape.width // 2
    tensor("token_embd.weight", len(tokens), shape.width)
    tensor("output_norm.weight", shape.width)
    tensor("output.weight", len(tokens), shape.width)
    for layer in range(shape.layers):
        block = f"blk.{layer}"
        tensor(f"{block}.attn_norm.weight", shape.width)
        tensor(f"{block}.attn_q.weight", shape.width, shape.width)
        tensor(f"{block}.attn_k.weight", half, shape.width)
        tensor(f"{block}.attn_v.weight", half, shape.width)
        tensor(f"{block}.attn_output.weight", shape.width, shape.width)
        tensor(f"{block}.ffn_norm.weight", shape.width)
        tensor(f"{block}.ffn_gate.weight", 2 * shape.width, shape.width)
        tensor(f"{block}.ffn_up.weight", 2 * shape.width, shape.width)
        tensor(f"{block}.ffn_down.weight", shape.width, 2 * shape.width)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file
