"""Numbers that follow from a name, so that inputs and weights need not be stored.

A name's FNV-1a hash (32 bit), its lowest bit set, seeds xorshift32 (13, 17, 5); each state's upper 24 bits are a number u in [0, 1).
The same formula stands in test/backbone/formula-weights.ts.
"""
import numpy as np


def name_hash(name: str) -> int:
    value = 0x811C9DC5
    for byte in name.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def uniforms(name: str, count: int) -> np.ndarray:
    state, out = name_hash(name) | 1, np.empty(count, np.float64)
    for i in range(count):
        state ^= (state << 13) & 0xFFFFFFFF
        state ^= state >> 17
        state ^= (state << 5) & 0xFFFFFFFF
        out[i] = (state >> 8) / 2**24
    return out


def weights(name: str, shape: tuple[int, ...], gain: float) -> np.ndarray:
    """A tensor of a state dictionary, or the image named `input`."""
    if name == "input":
        low, width = -1.0, 2.0
    elif name.endswith("running_var"):
        low, width = 0.8, 0.4
    elif name.endswith(("bias", "running_mean")):
        low, width = -0.1, 0.2
    elif len(shape) == 1:
        low, width = 0.9, 0.2
    else:
        bound = gain * np.sqrt(3 / np.prod(shape[1:]))
        low, width = -bound, 2 * bound
    return (low + width * uniforms(name, int(np.prod(shape)))).astype(np.float32).reshape(shape)
