"""Reads the formats of SIEMs as their specifications say, and holds documents against the schemas in tests/golden/schemas."""

import ipaddress
import json
import re

import harness

SCHEMAS = harness.ROOT / "tests" / "golden" / "schemas"
OCSF = json.loads((SCHEMAS / "ocsf-1.6.0.json").read_text())
ECS = json.loads((SCHEMAS / "ecs-9.4.0.json").read_text())
# ArcSight's dictionary, as far as it is used; others begin with the name of the product.
CEF_KEYS = set("""act app c6a2 c6a2Label c6a3 c6a3Label cat cn1 cn1Label cn2 cn2Label cn3 cn3Label cnt cs1 cs1Label cs2 cs2Label
cs3 cs3Label cs4 cs4Label cs5 cs5Label cs6 cs6Label deviceDirection dhost dpt dst duser dvchost externalId fileHash filePath
fileType flexString1 flexString1Label fsize msg proto reason request requestClientApplication rt shost spt src suser""".split())


def split_unescaped(text, separator, count):
    """At most `count` separators, a backslash keeps one; gives the parts without their backslashes, and the rest as it is."""
    parts, part, at = [], "", 0
    while at < len(text) and len(parts) < count:
        if text[at] == "\\" and at + 1 < len(text):
            assert text[at + 1] in "\\|", text[at:at + 20]
            part += text[at + 1]
            at += 2
        elif text[at] == separator:
            parts.append(part)
            part = ""
            at += 1
        else:
            part += text[at]
            at += 1
    assert len(parts) == count, text
    return parts, text[at:]


def parse_cef(line):
    """(header, extension). Keys are words before an unescaped `=`."""
    header, extension = split_unescaped(line, "|", 7)
    assert header[0] == "CEF:0" and 0 <= int(header[6]) <= 10, header
    fields = {}
    starts = [match for match in re.finditer(r"(?:^| )([A-Za-z0-9]+)(?<!\\)=", extension)]
    assert starts and starts[0].start() == 0, extension
    for here, following in zip(starts, starts[1:] + [None]):
        value = extension[here.end():following.start() if following else len(extension)]
        assert not re.search(r"(?<!\\)(?:\\\\)*=", value), value
        assert here[1] not in fields, here[1]
        fields[here[1]] = re.sub(r"\\(.)", r"\1", value)
    for key in fields:
        assert key in CEF_KEYS or key.startswith("outspan"), key
    for key in ("src", "dst"):
        if key in fields:
            ipaddress.IPv4Address(fields[key])
    for key in ("c6a2", "c6a3"):
        if key in fields:
            ipaddress.IPv6Address(fields[key])
    for key in ("rt", "cnt", "cn1", "cn2", "cn3", "spt", "dpt", "fsize"):
        if key in fields:
            int(fields[key])
    assert len(fields.get("msg", "")) <= 1023
    return header, fields


def parse_leef(line):
    parts = line.split("|", 6)
    assert parts[0] == "LEEF:2.0" and parts[5] == "x09", line
    fields = {}
    for pair in parts[6].split("\t"):
        key, _, value = pair.partition("=")
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", key), pair
        assert key not in fields, key
        fields[key] = value
    assert 1 <= int(fields["sev"]) <= 10 and int(fields["devTime"]) > 0
    for key in ("src", "dst"):
        if key in fields:
            ipaddress.ip_address(fields[key])
    return parts[:5], fields


def check_ocsf(document):
    """Every attribute is one of its class or object, of the right type, and none that is required is missing."""
    its_class = OCSF["classes"][str(document["class_uid"])]
    attributes = dict(its_class["attributes"])
    for profile in document["metadata"].get("profiles", ()):
        attributes |= OCSF["profiles"][profile]
    check_object(document, attributes, "event")
    assert document["category_uid"] == its_class["category_uid"]
    assert document["type_uid"] == document["class_uid"] * 100 + document["activity_id"]
    assert document["metadata"]["version"] == "1.6.0"
    for one in document.get("observables", ()):
        at = document
        for step in one["name"].split("."):
            at = at.get(step) if isinstance(at, dict) else None
        assert at in (one["value"], None), one


def check_object(value, attributes, path):
    assert isinstance(value, dict), path
    for name, rule in attributes.items():
        assert name in value or not rule.get("required"), f"{path}.{name} is missing"
    for name, part in value.items():
        assert name in attributes, f"{path}.{name} is no attribute"
        rule = attributes[name]
        kind = rule["type"]
        for each in part if kind.endswith("[]") else [part]:
            check_value(each, kind.removesuffix("[]"), rule, f"{path}.{name}")


def check_value(value, kind, rule, path):
    if kind == "string":
        assert isinstance(value, str) and value, path
    elif kind in ("integer", "timestamp"):
        assert isinstance(value, int) and not isinstance(value, bool), path
        assert value in rule.get("enum", [value]), f"{path}: {value}"
    elif kind == "boolean":
        assert isinstance(value, bool), path
    elif kind == "object":
        assert isinstance(value, dict), path
    else:
        check_object(value, OCSF["objects"][kind], path)


def check_ecs(document):
    """Every field outside of `outspan` is one of the schema, of the right type."""
    assert document["ecs"] == {"version": "9.4.0"} and document["@timestamp"] and document["message"]
    for name, value in flat({key: part for key, part in document.items() if key not in ("ecs", "outspan")}):
        kind = ECS["fields"].get(name)
        assert kind, f"{name} is no field of ECS"
        values = value if isinstance(value, list) else [value]
        assert isinstance(value, list) or kind != "list of strings" or name in ("event.category", "event.type"), name
        for each in values:
            expected = {"string": str, "list of strings": str, "number": int, "boolean": bool}[kind]
            assert isinstance(each, expected) and not (expected is int and isinstance(each, bool)), f"{name}: {each!r}"
            assert each in ECS["allowed"].get(name, [each]), f"{name}: {each}"


def flat(document, prefix=""):
    for key, value in document.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value
