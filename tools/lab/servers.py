"""The real servers of the lab, with just enough configuration to run inside a namespace."""

import os
import shutil
import time

from network import HERE, PYTHON

WEB_LOCATIONS = """
    location / {{ root {folder}/www; }}
    location /upload {{ return 200 "stored\\n"; }}
    location /api/ {{ return 200 "{{\\"ok\\":true}}\\n"; }}
    location /dav/ {{
      root {folder}/www; client_body_temp_path {folder}/body;
      dav_methods PUT DELETE MKCOL COPY MOVE; create_full_put_path on; dav_access all:rw;
    }}
"""

NGINX = """
daemon off; master_process off; user root; pid {folder}/nginx.pid; error_log {folder}/nginx-error.log;
events {{ worker_connections 64; }}
http {{
  access_log off; client_max_body_size 64m; types {{
    text/html html; application/json json; text/csv csv; image/svg+xml svg; text/javascript js; text/css css; image/png png;
  }}
  gzip {gzip}; gzip_types application/json text/csv image/svg+xml text/javascript text/css; gzip_min_length 200;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/t1; fastcgi_temp_path {folder}/t2;
  uwsgi_temp_path {folder}/t3; scgi_temp_path {folder}/t4;
  server {{ {listen} {locations} }}
}}
"""


def web(net, place, *listen, gzip=False):
    """nginx: pages from www/, POST /upload and /api/, PUT under /dav/. `listen`: as nginx wants it."""
    os.makedirs(net.path("www/dav"), exist_ok=True)
    tls = ""
    if any("ssl" in one for one in listen):
        certificate, key = certificate_of(net, "vault.example.org")
        tls = f"ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate {certificate}; ssl_certificate_key {key};"
    config = net.write(f"nginx-{len(listen)}{'-gzip' if gzip else ''}.conf", NGINX.format(
        folder=net.folder, gzip="on" if gzip else "off", locations=WEB_LOCATIONS.format(folder=net.folder),
        listen=tls + " ".join(f"listen {one};" for one in listen)))
    port = listen[0].split()[0].rsplit(":", 1)[1]
    net.start(place, ["nginx", "-c", config, "-e", net.path("nginx-start.log")], port=port)


def certificate_of(net, name):
    key, certificate = net.path(f"{name}.key"), net.path(f"{name}.crt")
    if not os.path.exists(key):
        net.do(net.outside, "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
               "-days", "3650", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout", key,
               "-out", certificate)
        os.chmod(key, 0o644)
    return certificate, key


def mail(net, tls=False):
    pair = certificate_of(net, "mx.example.org") if tls else []
    net.start(net.outside, [PYTHON, f"{HERE}/smtp_server.py", "203.0.113.25", "25", *pair], ready="ready")


VSFTPD = """
listen=YES
listen_address=203.0.113.9
background=NO
anonymous_enable=NO
local_enable=YES
guest_enable=YES
guest_username=root
virtual_use_local_privs=YES
write_enable=YES
local_root={folder}/ftp
chroot_local_user=YES
allow_writeable_chroot=YES
pam_service_name=vsftpd
secure_chroot_dir={folder}/empty
seccomp_sandbox=NO
isolate=NO
isolate_network=NO
xferlog_enable=NO
pasv_min_port=40000
pasv_max_port=40100
"""
VSFTPD_TLS = """
ssl_enable=YES
rsa_cert_file={certificate}
rsa_private_key_file={key}
force_local_logins_ssl=YES
force_local_data_ssl=YES
require_ssl_reuse=NO
ssl_ciphers=HIGH
"""


def ftp(net, tls=False):
    """vsftpd that lets anyone in, whatever the password."""
    for folder in ("ftp", "empty"):
        os.makedirs(net.path(folder), exist_ok=True)
    pam = f"/etc/netns/{net.outside}/pam.d"
    os.makedirs(pam, exist_ok=True)
    with open(f"{pam}/vsftpd", "w") as out:
        out.write("auth required pam_permit.so\naccount required pam_permit.so\nsession required pam_permit.so\n")
    text = VSFTPD.format(folder=net.folder)
    if tls:
        certificate, key = certificate_of(net, "files.example.net")
        text += VSFTPD_TLS.format(certificate=certificate, key=key)
    net.start(net.outside, ["vsftpd", net.write("vsftpd.conf", text)], port=21)


def proxy(net):
    config = net.write("tinyproxy.conf", "Port 8888\nListen 203.0.113.80\nTimeout 60\nMaxClients 20\nAllow 0.0.0.0/0\n"
                       "User root\nGroup root\nConnectPort 443\nConnectPort 80\n"
                       f"LogFile \"{net.path('tinyproxy.log')}\"\n")
    net.start(net.outside, ["tinyproxy", "-d", "-c", config], port=8888)


def websocket(net):
    net.start(net.outside, [PYTHON, f"{HERE}/websocket_server.py", "203.0.113.10", "8765"], ready="ready")


def ssh(net):
    os.makedirs("/run/sshd", exist_ok=True)
    for key in ("host", "user"):
        net.do(net.outside, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", net.path(key))
    os.makedirs(net.path("inbox"), exist_ok=True)
    config = net.write("sshd.conf", f"Port 22\nListenAddress 203.0.113.20\nHostKey {net.path('host')}\nUsePAM no\n"
                       f"AuthorizedKeysFile {net.path('user.pub')}\nStrictModes no\nPermitRootLogin yes\n"
                       f"PidFile none\nSubsystem sftp internal-sftp\n")
    net.start(net.outside, ["/usr/sbin/sshd", "-D", "-e", "-f", config], port=22)


EXIM = """
primary_hostname = {name}
spool_directory = {folder}/{name}
log_file_path = {folder}/{name}/%slog
pid_file_path = {folder}/{name}/pid
daemon_smtp_ports = 25
local_interfaces = {address}
tls_advertise_hosts =
keep_environment =
exim_user = Debian-exim
exim_group = Debian-exim
acl_smtp_rcpt = accept_all
acl_smtp_data = accept_all
chunking_advertise_hosts = *
disable_ipv6 = true
host_lookup =
rfc1413_hosts =
begin acl
accept_all:
  accept
begin routers
{router}
begin transports
remote:
  driver = smtp
  hosts_try_chunking = *
  interface = {address}
drop:
  driver = appendfile
  file = /dev/null
  user = nobody
"""
EXIM_SMARTHOST = "out:\n  driver = manualroute\n  route_list = * 203.0.113.25 byname\n  transport = remote\n  self = send\n"
EXIM_BIN = "bin:\n  driver = accept\n  transport = drop\n"


def exim(net, name, address, outgoing):
    """Writes an Exim configuration, gives its path. Exim offers and uses BDAT (RFC 3030)."""
    os.makedirs(net.path(name), exist_ok=True)
    shutil.chown(net.path(name), "Debian-exim", "Debian-exim")
    return net.write(f"{name}.conf", EXIM.format(name=name, folder=net.folder, address=address,
                                                 router=EXIM_SMARTHOST if outgoing else EXIM_BIN))


SLAPD = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
pidfile {folder}/slapd.pid
modulepath /usr/lib/ldap
moduleload back_mdb
database mdb
suffix "dc=example,dc=net"
rootdn "cn=admin,dc=example,dc=net"
rootpw Winter2026
directory {folder}/ldap
"""


def directory(net, place, address, rows):
    """slapd with a person a row; the phone and the ticket are attributes that every directory has."""
    os.makedirs(net.path("ldap"))
    config = net.write("slapd.conf", SLAPD.format(folder=net.folder))
    entries = ["dn: dc=example,dc=net\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example\n"]
    entries += [f"dn: employeeNumber={row['ticket']},dc=example,dc=net\nobjectClass: inetOrgPerson\ncn: {row['name']}\n"
                f"sn: {row['name'].split()[-1]}\nmail: {row['email']}\ntelephoneNumber: {row['phone']}\n"
                f"employeeNumber: {row['ticket']}\n" for row in rows]
    net.do(place, "slapadd", "-f", config, "-l", net.write("people.ldif", "\n".join(entries)))
    net.start(place, ["slapd", "-d", "0", "-f", config, "-h", f"ldap://{address}:389"], port=389)


def postgresql(net, place, address):
    """A fresh cluster. Gives a function that runs statements."""
    data, programs = net.path("pg"), "/usr/lib/postgresql/15/bin"
    os.makedirs(data)
    shutil.chown(data, "postgres", "postgres")
    as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    net.do(place, *as_postgres, f"{programs}/initdb", "-D", data, "-A", "trust", "-E", "UTF8", "--locale=C")
    net.do(place, "sh", "-c", f"echo 'host all all 0.0.0.0/0 trust' >> {data}/pg_hba.conf")
    net.start(place, [*as_postgres, f"{programs}/postgres", "-D", data, "-c", f"listen_addresses={address}", "-c",
                      f"unix_socket_directories={data}", "-c", "fsync=off"], port=5432)

    def run(statements):
        return net.do(place, "psql", "-q", "-v", "ON_ERROR_STOP=1", f"host={data} user=postgres dbname=postgres", "-c", statements)
    return run


def mariadb(net, place, address):
    """A fresh data folder. Gives a function that runs statements as root."""
    data = net.path("mariadb")
    os.makedirs(data)
    shutil.chown(data, "mysql", "mysql")
    net.do(place, "mariadb-install-db", "--no-defaults", f"--datadir={data}", "--user=mysql", "--skip-test-db",
           "--auth-root-authentication-method=normal")
    socket = f"{data}/socket"
    net.start(place, ["mariadbd", "--no-defaults", f"--datadir={data}", "--user=mysql", f"--bind-address={address}",
                      f"--socket={socket}", "--skip-name-resolve", "--secure-file-priv=", f"--pid-file={data}/pid"], port=3306)

    def run(statements):
        return net.do(place, "mariadb", "--no-defaults", "-u", "root", f"--socket={socket}", "--default-character-set=utf8mb4", "-e", statements)
    return run


DOVECOT = '''
protocols = pop3 imap
listen = {address}
base_dir = {folder}/dovecot
log_path = /dev/stderr
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:{folder}/maildir/%u
mail_plugins = zlib
protocol imap {{
  mail_plugins = zlib imap_zlib
}}
passdb {{
  driver = static
  args = password=Winter2026
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/maildir/%u
}}
'''


def mailbox(net, place, address, user, mails):
    """dovecot with a mailbox that has these mails, by POP3 and IMAP."""
    for number, mail in enumerate(mails):
        net.write(f"maildir/{user}/cur/{number}.lab:2,S", mail)
    for folder in ("new", "tmp"):
        os.makedirs(net.path(f"maildir/{user}/{folder}"), exist_ok=True)
    net.do(place, "chown", "-R", "nobody:nogroup", net.path("maildir"))
    net.do(place, "chmod", "755", net.folder)
    config = net.write("dovecot.conf", DOVECOT.format(address=address, folder=net.folder))
    net.start(place, ["dovecot", "-F", "-c", config], port=110)


def broker(net, place, address):
    config = net.write("mosquitto.conf", f"listener 1883 {address}\nallow_anonymous true\nuser root\n")
    net.start(place, ["mosquitto", "-c", config], port=1883)


SAMBA = '''
[global]
interfaces = {address}
bind interfaces only = yes
smb ports = 445
disable netbios = yes
server min protocol = NT1
{more}
map to guest = never
username map = {folder}/samba/users
passdb backend = tdbsam:{folder}/samba/passdb.tdb
private dir = {folder}/samba
lock directory = {folder}/samba
state directory = {folder}/samba
cache directory = {folder}/samba
pid directory = {folder}/samba
ncalrpc dir = {folder}/samba/ncalrpc
log level = 0
load printers = no
disable spoolss = yes
[sales]
path = {folder}/share
read only = no
'''


def samba(net, place, address, user, password, more=""):
    """smbd with the share "sales", which one user may write. `more`: of its configuration."""
    for folder in ("samba", "share"):
        os.makedirs(net.path(folder))
    net.write("samba/users", f"root = {user}\n")
    config = net.write("smb.conf", SAMBA.format(address=address, folder=net.folder, more=more))
    net.do(place, "smbpasswd", "-c", config, "-s", "-a", "root", text=f"{password}\n{password}\n".encode())
    net.start(place, ["smbd", "--foreground", "--no-process-group", "--debug-stdout", "-s", config], port=445)


def tftp(net, place, address):
    """in.tftpd over the folder tftp, in which everybody may write."""
    folder = net.path("tftp")
    os.makedirs(folder)
    os.chmod(folder, 0o777)
    net.start(place, ["in.tftpd", "--listen", "--foreground", "--create", "--permissive", "--user", "nobody", "--address",
                      f"{address}:69", "--secure", folder])
    for _ in range(200):
        if net.inside(place, "ss", "-Hlun", "sport = :69").strip():
            return
        time.sleep(0.05)
