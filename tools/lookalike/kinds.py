"""The list of kinds. A kind is a function that gives one line (or one element, as large as is usual) a call."""

KINDS = {}


class Kind:
    def __init__(self, name, what, function, media_type, head, joint):
        self.name, self.what, self.function = name, what, function
        self.media_type, self.head, self.joint = media_type, head, joint

    def text(self, random, count):
        """`count` lookalikes as they stand in a file of their kind."""
        lines = [self.function(random, number) for number in range(count)]
        return self.head + self.joint.join(lines) + ("\n" if self.joint else "")


def kind(name, what, media_type="text/plain", head="", joint="\n"):
    """`what` is fooled by it, for lists: the reader of the list, not the sensor."""
    def add(function):
        KINDS[name] = Kind(name, what, function, media_type, head, joint)
        return function
    return add


def digits(random, count):
    return "".join(random.choice("0123456789") for _ in range(count))


def number(random, count):
    """`count` digits, the first of them no zero."""
    return random.choice("123456789") + digits(random, count - 1)


def luhn_digit(text):
    total = 0
    for place, digit in enumerate(reversed(text)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def ean_digit(text):
    return str(-sum(int(digit) * (3 if (len(text) - place) % 2 else 1) for place, digit in enumerate(text)) % 10)
