"""Parameters of a request, checked before any route sees them."""

from porthole_viewer.errors import bad_parameter

REQUIRED = object()


def parse_params(pairs, kinds):
    """A dict with a value for each kind, from the query's (name, value) pairs."""
    given = {}
    for name, value in pairs:
        if name not in kinds:
            raise bad_parameter(name[:100], "This route has no parameter %r." % name[:100])
        given.setdefault(name, []).append(value)
    return {name: kind(name, given.get(name, [])) for name, kind in kinds.items()}


def text(default=REQUIRED, longest=4096):
    return one(lambda value: value if value and len(value) <= longest else None, default, "text")


def integer(low, high, default=REQUIRED):
    def parse(value):
        digits = value[1:] if value.startswith("-") else value
        if not digits.isdigit() or len(digits) > 18 or not digits.isascii():
            return None
        return int(value) if low <= int(value) <= high else None

    return one(parse, default, "a whole number from %d to %d" % (low, high))


def number(default=REQUIRED):
    def parse(value):
        try:
            found = float(value)
        except ValueError:
            return None
        return found if found - found == 0 and len(value) <= 40 else None

    return one(parse, default, "a finite number")


def choice(*values, default=REQUIRED):
    return one(
        lambda value: value if value in values else None, default, "one of " + ", ".join(values)
    )


def flag(default=False):
    return one({"yes": True, "no": False}.get, default, "yes or no")


def one(parse, default, what):
    def kind(name, values):
        if not values:
            if default is REQUIRED:
                raise bad_parameter(name, "The parameter %s is missing." % name)
            return default
        found = parse(values[0]) if len(values) == 1 else None
        if found is None:
            raise bad_parameter(name, "The parameter %s must be %s, once." % (name, what))
        return found

    return kind


def many(most, least=0, longest=4096):
    """Texts of a name that may repeat; each counts once."""

    def kind(name, values):
        found = list(dict.fromkeys(values))
        if not least <= len(found) <= most:
            message = "The parameter %s must be there %d to %d times." % (name, least, most)
            raise bad_parameter(name, message)
        if any(not value or len(value) > longest for value in found):
            raise bad_parameter(name, "The parameter %s must not be empty or long." % name)
        return found

    return kind
