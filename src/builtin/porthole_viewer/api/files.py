"""Files of a run."""

from porthole_viewer.files import file_answer
from porthole_viewer.storage.keys import checked


def file(app, params, request):
    record = app.record(params["run"])
    relative = record.relative + "/" + checked(params["path"], "path")
    return file_answer(app.root, relative, request, params["download"])
