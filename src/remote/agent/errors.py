"""What a request can be refused with."""


class AgentError(Exception):
    """A request that fails for a reason with a name: `code` is one of the protocol's AGENT_ERROR_CODES."""

    def __init__(self, code, message, storage=None):
        super().__init__(message)
        self.code = code
        self.storage = storage

    def as_reply(self):
        """The `error` of the reply."""
        error = {"code": self.code, "message": str(self)[:8000]}
        if self.storage is not None:
            error["storage"] = self.storage
        return error
