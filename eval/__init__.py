"""`python -m eval`: how good the tutor is, with intervals, baselines and every failure listed.

`import eval.x` would rebind the builtin `eval`: write `from eval.x import y`.
"""
