"""Real values, of customers who do not exist, as they stand in exports and letters: what lookalikes are measured beside."""

import csv
import io
import os
import subprocess
import sys

from kinds import digits, luhn_digit

CUSTOMERS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "customers")


def customers(count, seed):
    made = subprocess.run([sys.executable, CUSTOMERS, f"--rows={count}", f"--seed={seed}"], capture_output=True, check=True)
    return list(csv.DictReader(io.StringIO(made.stdout.decode(), newline="")))


def national(phone):
    """How a number is written at home: "+44 20 7946 0123" is "020 7946 0123", "+1 415-555-0132" has no zero."""
    code, rest = phone.split(" ", 1)
    return rest if code == "+1" else "0" + rest


def card(random):
    body = "4" + digits(random, 14)
    return body + luhn_digit(body)


def iban(random):
    bank, account = digits(random, 8), digits(random, 10)
    check = 98 - int(bank + account + "131400") % 97
    return f"DE{check:02d}{bank}{account}"


def ssn(random):
    return f"{random.randint(1, 665):03d}-{random.randint(1, 99):02d}-{random.randint(1, 9999):04d}"


def texts(random, count, seed):
    """Name -> signature -> how many, and the text."""
    people = customers(count, seed)
    at_home = [one for one in people if one["phone"].split()[0] in ("+1", "+44", "+33", "+49")]
    groups = [" ".join(number[i:i + 4] for i in range(0, 16, 4)) for number in (card(random) for _ in people)]
    return {
        "values-export": ({"email": count, "ticket": count, "phone": count}, "\n".join(
            f"{one['name']},{one['email']},{one['ticket']},{one['phone']}" for one in people)),
        "values-letters": ({"email": count, "phone": count}, "\n\n".join(
            f"Dear {one['name']}, we will write to {one['email']} or call {one['phone'].replace(' ', '')} soon." for one in people)),
        "values-at-home": ({"phone": len(at_home)}, "\n".join(f"{one['name']}, {national(one['phone'])}" for one in at_home)),
        "values-after-a-key": ({"phone": len(at_home)}, "id,phone,city\n" + "\n".join(
            f"{1000 + i},{national(one['phone']).replace(' ', '').replace('-', '')},x" for i, one in enumerate(at_home))),
        "values-cards": ({"payment-card": count}, "\n".join(f"{one['name']}: {number}" for one, number in zip(people, groups))),
        "values-cards-in-a-column": ({"payment-card": count}, "\n".join(f"{1000 + i},{card(random)},x" for i in range(count))),
        "values-accounts": ({"iban": count}, "\n".join(f"{one['name']};{iban(random)}" for one in people)),
        "values-social-security": ({"us-ssn": count}, "\n".join(f"{one['name']} {ssn(random)}" for one in people)),
    }
