"""Errors with a Portuguese message that can be shown to a student as it stands."""


class TutorError(Exception):
    """Base of every error whose text is displayed to the user (Brazilian Portuguese)."""


class CorpusError(TutorError):
    """The corpus is malformed; the message lists every problem as `file:line: what to do`."""


class StaleIndex(TutorError):
    """The index on disk is missing, damaged or stale."""


class ModelError(TutorError):
    """A model directory is missing, damaged or of another kind than expected."""


class GeneratorError(TutorError):
    """A generator could not answer (time-out, refused connection, malformed reply)."""


class SettingsError(TutorError):
    """A setting has a value that cannot be used."""


class SolverError(TutorError):
    """The problem is the solver's, but its data is wrong (shown to the student, mode `clarify`)."""


class MissingData(SolverError):
    """The problem is the solver's, but a datum is missing.

    `problem` is what has been understood so far; the next message completes it.
    """

    def __init__(self, message: str, problem: "object | None" = None) -> None:
        super().__init__(message)
        self.problem = problem
