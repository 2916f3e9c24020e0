"""One file a suite; each has `run(...) -> SuiteResult`. The registry is in eval/run.py."""
