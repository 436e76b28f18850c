"""Serves TensorBoard's own application on a unix socket in the session's private directory.

`config` is {"storage": path, "socket": path}. TensorBoard itself offers TCP only; what it is built on,
werkzeug, serves a socket that is handed to it, with the same threads and the same HTTP/1.1.
"""

import logging
import os
import sys


def main(config):
    reports = prepare()
    path = as_path(config["socket"])
    require_private(os.path.dirname(path))
    listener, address = listen(path)
    sys.exit(serve(as_path(config["storage"]), listener, lambda: report(reports, address, "tensorboard")))


def serve(storage, listener, on_listening):
    from tensorboard import default, main_lib, program
    from werkzeug import serving

    # Only what is worth a look: not a line for each request.
    logging.getLogger("werkzeug").setLevel(logging.WARNING)

    class Handler(serving.WSGIRequestHandler):
        # A connection for each request would be a channel of ssh, and a round trip, for each.
        protocol_version = "HTTP/1.1"

    class Server:
        """What TensorBoard asks of a `server_class`."""

        def __init__(self, app, flags):
            is_socket = listener.family == serving.af_unix
            host = "unix://" + listener.getsockname() if is_socket else "127.0.0.1"
            port = 0 if is_socket else listener.getsockname()[1]
            self.port = port
            self.server = serving.ThreadedWSGIServer(host, port, app, Handler, fd=listener.fileno())
            self.server.daemon_threads = True

        def serve_forever(self):
            on_listening()
            self.server.serve_forever()

        def get_url(self):
            # Parsed for the number of its port.
            return "http://127.0.0.1:%d/" % self.port

        def print_serving_message(self):
            pass

    try:
        # As its own command does; older ones call it otherwise, and need it less.
        main_lib.global_init()
        program.setup_environment()
    except AttributeError:
        pass
    board = program.TensorBoard(default.get_plugins(), server_class=Server)
    # Its fast loader would open a TCP port that every account of the server can ask.
    board.configure(["tensorboard", "--logdir", storage, "--load_fast", "false", "--port", "0"])
    return board.main()


main(config)  # noqa: F821 - set by whoever runs this text
