"""Telephone samples of 8 bits to linear ones of 16 (ITU-T Recommendation G.711)."""

import numpy as np
import numpy.typing as npt

_CODES = np.arange(256)


def from_alaw(content: bytes) -> npt.NDArray[np.int16]:
    """Linear samples of A-law ones."""
    return _ALAW[np.frombuffer(content, np.uint8)]


def from_ulaw(content: bytes) -> npt.NDArray[np.int16]:
    """Linear samples of µ-law ones."""
    return _ULAW[np.frombuffer(content, np.uint8)]


def _alaw_table() -> npt.NDArray[np.int16]:
    codes = _CODES ^ 0x55
    exponent, step = (codes >> 4) & 7, codes & 15
    level = (step << 4) + 8 + np.where(exponent > 0, 0x100, 0)
    level <<= np.maximum(exponent - 1, 0)
    return np.where(codes & 0x80, level, -level).astype(np.int16)


def _ulaw_table() -> npt.NDArray[np.int16]:
    codes = ~_CODES & 0xFF
    exponent, step = (codes >> 4) & 7, codes & 15
    level = (((step << 3) + 0x84) << exponent) - 0x84
    return np.where(codes & 0x80, -level, level).astype(np.int16)


_ALAW, _ULAW = _alaw_table(), _ulaw_table()
