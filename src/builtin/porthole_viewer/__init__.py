"""The bundled viewer's server: reads one storage root, answers JSON on a unix socket. See API.md."""

VERSION = "0.1.0"
API = 1
