"""What protocols and logs of servers are full of."""

from kinds import digits, kind, number


def address(random):
    return ".".join(str(random.randint(1, 254)) for _ in range(4))


@kind("ipv4-list", "IPv4 addresses, one a line")
def ipv4_list(random, _):
    return address(random)


@kind("ipv4-table", "addresses with ports and counts", head="source,destination,port,packets\n")
def ipv4_table(random, _):
    return f"{address(random)},{address(random)},{random.randint(1, 65535)},{random.randint(1, 99999)}"


@kind("access-log", "lines of a web server")
def access_log(random, _):
    when = f"{random.randint(1, 28):02d}/Mar/2024:{random.randint(0, 23):02d}:{random.randint(0, 59):02d}:" \
           f"{random.randint(0, 59):02d} +0000"
    return f'{address(random)} - - [{when}] "GET /p/{number(random, 7)} HTTP/1.1" 200 {random.randint(100, 9999999)} "-" ' \
           f'"Mozilla/5.0 (X11; Linux x86_64) Chrome/{random.randint(80, 130)}.0.{number(random, 4)}.{number(random, 3)}"'


@kind("pop3-list", "POP3 LIST: number and size of messages")
def pop3_list(random, line):
    return f"{line + 1} {random.randint(600, 9999999)}"


@kind("pop3-uidl", "POP3 UIDL: number and id of messages")
def pop3_uidl(random, line):
    return f"{line + 1} {number(random, 10)}.{number(random, 5)}"


@kind("url-ids-16", "URLs with ids of 16 digits")
def url_ids_16(random, _):
    return f"https://cdn.example.net/item/{number(random, 16)}?v={number(random, 16)}"


@kind("url-ids-19", "URLs with ids of 19 digits")
def url_ids_19(random, _):
    return f"https://social.example.net/status/{number(random, 19)}?ref={number(random, 19)}&s=20"


@kind("etags", "cache headers with ids of 16 and 19 digits")
def etags(random, _):
    return f'ETag: "{number(random, random.choice((15, 16, 19)))}"\r\nExpires: Thu, {random.randint(10, 28)} Mar 2025 ' \
           f"08:{random.randint(10, 59)}:00 GMT\r\nContent-Length: {random.randint(1000, 9999999)}\r"


@kind("requests-with-ids", "requests with ids of 16 and 19 digits in URL, cookie and cache header", "message/http", joint="")
def requests_with_ids(random, _):
    return f"GET /item/{number(random, 16)}?ref={number(random, 19)}&v={number(random, 10)} HTTP/1.1\r\nHost: cdn.example.net\r\n" \
           f'If-None-Match: "{number(random, 16)}"\r\nCookie: visit={number(random, 16)}.{number(random, 10)}\r\n\r\n'


@kind("ssh-algorithms", "names of algorithms that SSH programs log")
def ssh_algorithms(random, _):
    name = random.choice((
        "aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com", "umac-64-etm@openssh.com",
        "umac-128-etm@openssh.com", "hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "zlib@openssh.com",
        "curve25519-sha256@libssh.org", "rijndael-cbc@lysator.liu.se", "sntrup761x25519-sha512@openssh.com",
        "ecdsa-sha2-nistp256-cert-v01@openssh.com", "ssh-ed25519-cert-v01@openssh.com", "hostkeys-00@openssh.com",
        "sk-ssh-ed25519@openssh.com", "kex-strict-c-v00@openssh.com", "auth-agent@openssh.com", "posix-rename@openssh.com",
        "ssh-rsa-cert-v01@openssh.com", "umac-64@openssh.com", "hmac-sha1-etm@openssh.com", "statvfs@openssh.com",
        "simple@putty.projects.tartarus.org", "winadj@putty.projects.tartarus.org", "hardlink@openssh.com",
        "fsync@openssh.com", "limits@openssh.com", "expand-path@openssh.com", "no-more-sessions@openssh.com",
        "x25519-kyber512-sha512@aws.amazon.com", "session-bind@openssh.com", "lsetstat@openssh.com",
        "webauthn-sk-ecdsa-sha2-nistp256@openssh.com", "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com"))
    return f"debug2: KEX algorithms: {name},{random.choice(('none', 'ext-info-c', 'aes256-ctr'))}"


@kind("ssh-known-algorithms", "the same in a configuration file")
def ssh_configuration(random, line):
    return f"Ciphers{line} chacha20-poly1305@openssh.com,aes{random.choice((128, 256))}-gcm@openssh.com,aes256-ctr"


@kind("mac-addresses", "hardware addresses")
def mac_addresses(random, _):
    joint = random.choice(":-.")
    return joint.join(f"{random.randint(0, 99):02d}" for _ in range(6))


@kind("ipv6-list", "IPv6 addresses")
def ipv6_list(random, _):
    return ":".join(number(random, 4) for _ in range(8))


@kind("sockets", "output of ss and netstat")
def sockets(random, _):
    return f"ESTAB 0 {random.randint(0, 9999)} {address(random)}:{random.randint(1024, 65535)} {address(random)}:443 " \
           f"timer:(keepalive,{random.randint(1, 99)}min,0) uid:{number(random, 4)} ino:{number(random, 8)} sk:{number(random, 4)}"


@kind("log-epoch-ms", "log lines with milliseconds since 1970")
def log_epoch_ms(random, line):
    return f"{1700000000000 + line * 977 + random.randint(0, 900)} INFO [worker-{random.randint(1, 64)}] took " \
           f"{random.randint(1, 99999)} ms, request {number(random, 10)}"


@kind("log-epoch-s", "metrics with seconds since 1970")
def log_epoch_s(random, line):
    return f"node_load {random.randint(0, 99)}.{digits(random, 6)} {1700000000 + line * 15}"


@kind("message-ids", "headers that name messages")
def message_ids(random, _):
    return f"Message-ID: <2024031{random.randint(0, 9)}{digits(random, 6)}.{digits(random, 8)}@mx{random.randint(1, 9)}.example.net>"


@kind("user-at-host", "units, hosts, versions and pictures with an at-sign")
def user_at_host(random, line):
    return random.choice((f"user@{number(random, 4)}.service loaded active", f"getty@tty{random.randint(1, 9)}.service",
                          f"lodash@{random.randint(1, 9)}.{random.randint(0, 40)}.{random.randint(0, 40)}",
                          f"icon-{line}@2x.png", f"root@db{line}.local", f"deploy@10.0.{random.randint(0, 9)}.{random.randint(1, 99)}",
                          f"git clone git@git.example.net:team/repo-{line}.git",
                          f"image@sha256:{random.getrandbits(256):064x}"))
