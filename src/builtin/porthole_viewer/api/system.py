"""The machine, and what the storage takes of it."""

from porthole_viewer.answer import json_answer


def system(app, params, request):
    return json_answer(app.system().data())


def disk(app, params, request):
    app.index.touch(0.03)
    use = app.disk_use()
    use.want()
    return json_answer(use.data())
