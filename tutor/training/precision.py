"""Half precision where it is faster."""

from __future__ import annotations

import torch


def autocast() -> torch.autocast:
    """bfloat16 where the processor multiplies it in hardware; elsewhere it is emulated, forty times
    slower than float32 (LOG.md, 2026-12-01), and this context changes nothing."""
    fast = torch.backends.cpu.get_cpu_capability().startswith("AVX512")
    return torch.autocast("cpu", torch.bfloat16, enabled=fast)
