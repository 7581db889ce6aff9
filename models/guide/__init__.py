"""How the guide's own small language model is made: material, training, GGUF, figures."""
