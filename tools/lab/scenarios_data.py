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


def tickets_of(rows):
    """Rows of a table whose only identifier stands last, for INSERT."""
    names = [row["name"].replace("'", "''") for row in rows]
    return ", ".join(f"({number}, '{name}', 'open', '{row['ticket']}')" for number, (row, name) in enumerate(zip(rows, names), 1))


@scenario("ldap")
def ldap(net, record):
    """Somebody outside searches the directory of the office (slapd): in BER the tag of what follows a value is a digit."""
    rows = customers(60, 521)
    servers.directory(net, net.office, "10.20.0.80", rows)
    record()
    net.do(net.outside, "ldapsearch", "-x", "-D", "cn=admin,dc=example,dc=net", "-w", "Winter2026", "-LLL", "-H", "ldap://10.20.0.80", "-b", "dc=example,dc=net", "(objectClass=person)",
           "cn", "mail", "telephoneNumber", "employeeNumber")
    return Facts().leak(rows, ["SEARCH dc=example,dc=net"], "ldap", port=None, user="cn=admin,dc=example,dc=net", **FROM_OFFICE)


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
        facts.leak(rows, ["SELECT customers"], "postgresql", port=None, user="postgres", **FROM_OFFICE)
    return facts


@scenario("postgresql-bulk")
def postgresql_bulk(net, record):
    """A table whose only identifier stands last, by COPY and by prepared statements (pgbench); then customers go in by COPY."""
    rows, pulled = customers(60, 561), customers(40, 562)
    database = servers.postgresql(net, net.office, "10.20.0.80")
    values = tickets_of(rows)
    database("CREATE TABLE tickets (id int8, name text, state text, ticket text); CREATE TABLE people (name text, email text, ticket text, "
             f"phone text); INSERT INTO tickets VALUES {values};")
    where = "host=10.20.0.80 user=postgres dbname=postgres sslmode=disable gssencmode=disable"
    script = net.write("one.sql", "\\set first random(1, 1)\nSELECT id, name, state, ticket FROM tickets WHERE id >= :first;\n")
    record()
    net.do(net.outside, "psql", "-q", "-At", where, "-c", "COPY tickets TO STDOUT")
    net.do(net.outside, "pgbench", "-n", "-M", "prepared", "-t", "2", "-f", script, where)
    net.do(net.outside, "psql", "-q", where, "-c", "COPY people FROM STDIN WITH (FORMAT csv, HEADER)",
           text=customers_file(40, 562))
    tickets = {"email": 0, "phone": 0, "ticket": 60}
    facts = Facts().leak(rows, ["COPY tickets"], "postgresql", port=None, values=tickets, user="postgres", **FROM_OFFICE)
    facts.leak(rows, ["SELECT tickets"], "postgresql", port=None, values=tickets, user="postgres", **FROM_OFFICE)
    return facts.leak(pulled, ["COPY people"], "postgresql", port=5432, direction="inbound", user="postgres",
                      source="203.0.113.9", destination="10.20.0.80")


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
        facts.leak(rows, ["SELECT crm.customers"], "mysql", port=None, user="reader", **FROM_OFFICE)
    return facts


@scenario("mariadb-compressed")
def mariadb_compressed(net, record):
    """MariaDB with compression: a table whose only identifier stands last, and customers from a file (LOAD DATA LOCAL)."""
    rows, sent = customers(80, 563), customers(40, 564)
    table = net.write("sent.csv", customers_file(40, 564))
    database = servers.mariadb(net, net.office, "10.20.0.80")
    values = tickets_of(rows)
    database("CREATE DATABASE crm; CREATE TABLE crm.tickets (id int, name text, state text, ticket text) CHARACTER SET utf8mb4; "
             "CREATE TABLE crm.people (name text, email text, ticket text, phone text) CHARACTER SET utf8mb4; "
             f"INSERT INTO crm.tickets VALUES {values}; SET GLOBAL local_infile = 1; "
             "CREATE USER reader@'203.0.113.%'; GRANT ALL ON crm.* TO reader@'203.0.113.%';")
    client = ["mariadb", "--no-defaults", "--skip-ssl", "--compress", "--local-infile=1", "-h", "10.20.0.80", "-u", "reader",
              "--default-character-set=utf8mb4", "crm", "-e"]
    record()
    net.do(net.outside, *client, "SELECT id, name, state, ticket FROM tickets")
    net.do(net.outside, *client, f"LOAD DATA LOCAL INFILE '{table}' INTO TABLE people FIELDS TERMINATED BY ',' "
           "OPTIONALLY ENCLOSED BY '\"' IGNORE 1 LINES")
    facts = Facts().leak(rows, ["SELECT crm.tickets"], "mysql", port=None, values={"email": 0, "phone": 0, "ticket": 80},
                         user="reader", **FROM_OFFICE)
    return facts.leak(sent, ["LOAD people"], "mysql", port=3306, direction="inbound", user="reader", source="203.0.113.9",
                      destination="10.20.0.80")


@scenario("databases-benign")
def databases_benign(net, record):
    """Orders of an office's PostgreSQL and MariaDB, by numbers, sums, digests and times: nobody's data."""
    postgres = servers.postgresql(net, net.office, "10.20.0.80")
    maria = servers.mariadb(net, net.office, "10.20.0.80")
    postgres("CREATE TABLE orders AS SELECT g AS id, g * 7919 AS article, md5(g::text) AS digest, gen_random_uuid() AS uid, "
             "timestamp '2026-11-01' + g * interval '7 minutes' AS placed, (g * 37 % 9900 / 100.0)::numeric(8,2) AS sum "
             "FROM generate_series(1, 400) g")
    maria("CREATE DATABASE shop; USE shop; CREATE TABLE shop.orders AS SELECT seq AS id, seq * 7919 AS article, sha1(seq) AS digest, uuid() AS "
          "uid, date_add('2026-11-01', INTERVAL seq * 7 MINUTE) AS placed FROM seq_1_to_400; "
          "CREATE USER reader@'203.0.113.%'; GRANT SELECT ON shop.* TO reader@'203.0.113.%';")
    record()
    net.do(net.outside, "psql", "-q", "-At", "host=10.20.0.80 user=postgres dbname=postgres sslmode=disable gssencmode=disable",
           "-c", "SELECT * FROM orders")
    net.do(net.outside, "mariadb", "--no-defaults", "--skip-ssl", "--compress", "-h", "10.20.0.80", "-u", "reader", "-e",
           "SELECT * FROM shop.orders")
    return Facts()


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
