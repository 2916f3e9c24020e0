"""The serving engine: our two architectures as ONNX graphs, run by ONNX Runtime.

A graph is derived from a model folder's config.json and model.safetensors in memory, at each start
(a fraction of a second): nothing converted is kept that could go stale, and torch is not needed.
`tutor/reference.py` runs the same folders with PyTorch; tests hold the two to the same output.
"""
