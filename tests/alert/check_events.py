#!/usr/bin/env python3
"""check_events.py SCHEMA EVENTS: every line of EVENTS is an event as SCHEMA describes it.

Exit status: 0 all are, 1 some are not (each is named), 2 wrong usage.
"""

import json
import sys

import jsonschema


def main() -> int:
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    wrong = 0
    with open(sys.argv[2], encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            error = jsonschema.exceptions.best_match(validator.iter_errors(json.loads(line)))
            if error is not None:
                wrong += 1
                print(f"line {number}: {error.json_path}: {error.message[:300]}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
