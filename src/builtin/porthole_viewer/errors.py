"""Failures: what a client is told of, and what the log is."""

import sys


def print_failure():
    """The exception that is being handled, for the log, without the module that costs 3 ms to import."""
    sys.excepthook(*sys.exc_info())


class ApiError(Exception):
    """Answered as {"error": {"code", "message", "parameter"?}}; codes are in API.md."""

    def __init__(self, status, code, message, parameter=None):
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.parameter = parameter

    def data(self):
        error = {"code": self.code, "message": self.message}
        if self.parameter is not None:
            error["parameter"] = self.parameter
        return {"error": error}


def bad_parameter(name, message):
    return ApiError(400, "bad-parameter", message, name)


def not_found(message):
    return ApiError(404, "not-found", message)


def run_not_found(key):
    return ApiError(404, "run-not-found", "There is no run %s in this storage." % key)


def refused(message):
    return ApiError(403, "refused", message)
