"""Who speaks with the watchdog: agents that hold the lease, follow the log, or want the session's end."""
import codecs
import os
import selectors

from porthole_agent import runtime_dir
from porthole_agent.control import Client, listen
from porthole_agent.lines import LineTooLong
from porthole_agent.log_file import tail


class Switchboard:
    """Answers on the control socket, and tells states and log to who wants them."""

    def __init__(self, supervision):
        self.supervision = supervision
        self.selector = supervision.selector
        self.clients = []
        self.waiting_for_end = []
        # Characters of several bytes may be cut between two reads.
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.listener = listen(supervision.directory)
        self.selector.register(self.listener, selectors.EVENT_READ, self.on_connection)

    def add(self, connection):
        client = Client(connection)
        self.clients.append(client)
        self.selector.register(connection, selectors.EVENT_READ, lambda: self.on_client(client))
        return client

    def send_state(self, state):
        for client in self.clients:
            if client.wants_states:
                client.send({"viewer": state})
        self.watch_writes()

    def send_log(self, data):
        text = self.decoder.decode(data)
        for client in self.clients:
            if client.wants_log and text:
                client.send_log(text)
        self.watch_writes()

    def leave(self, outcome):
        """Removes the session's directory, then tells who asked for it; the process ends after this."""
        self.listener.close()
        runtime_dir.remove(self.supervision.directory)
        for client in self.waiting_for_end:
            client.send({"ended": outcome})

    def on_connection(self):
        try:
            connection, _ = self.listener.accept()
        except OSError:
            # It went away before we came to it.
            return
        self.add(connection)

    def on_client(self, client):
        client.flush()
        try:
            requests = client.read()
            for request in requests or []:
                self.answer(client, request)
        except (LineTooLong, ValueError, LookupError, TypeError, AttributeError):
            # Only an agent can reach this socket; whatever this was, it is none.
            requests = None
        if requests is None:
            self.drop(client)
        self.watch_writes()

    def answer(self, client, request):
        op = request["op"]
        if op == "renew" and os.path.exists(self.supervision.directory):
            self.supervision.renew()
        elif op == "renew":
            # Someone has cleared it away (logind, tmpfiles): nobody finds the way to this viewer again.
            self.supervision.stop()
        elif op == "attach":
            self.supervision.renew()
            client.wants_states = True
            client.send({"record": self.supervision.record, "viewer": self.supervision.state})
        elif op == "log":
            client.wants_log = request["follow"]
            client.send({"text": tail(self.supervision.directory, request["lines"])})
        elif op == "stop":
            self.waiting_for_end.append(client)
            self.supervision.stop()

    def drop(self, client):
        self.selector.unregister(client.connection)
        client.connection.close()
        self.clients.remove(client)
        if client in self.waiting_for_end:
            self.waiting_for_end.remove(client)

    def watch_writes(self):
        """Wakes for writing only where something waits for it."""
        for client in self.clients:
            key = self.selector.get_key(client.connection)
            writing = selectors.EVENT_WRITE if client.waiting else 0
            if key.events != selectors.EVENT_READ | writing:
                self.selector.modify(client.connection, selectors.EVENT_READ | writing, key.data)
