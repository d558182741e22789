"""The errors of a run on another engine. They stand apart from it, since it imports Beam, which takes seconds."""


class RemoteRefusedError(ValueError):
    """The engine cannot be used with these flags. The message says what to do; nothing was done."""


class RemoteFailedError(RuntimeError):
    """The job failed on the engine."""
