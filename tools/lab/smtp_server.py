"""A mail server (aiosmtpd) that takes every mail: smtp_server.py ADDRESS PORT [CERTIFICATE KEY]

With a certificate it offers STARTTLS. It offers AUTH in clear too and accepts every password, as badly kept servers do.
"""

import ssl
import sys
import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


class TakeAll:
    async def handle_DATA(self, server, session, envelope):
        return "250 Taken"


def anyone(server, session, envelope, mechanism, data):
    return AuthResult(success=True)


def main():
    address, port, certificate = sys.argv[1], int(sys.argv[2]), sys.argv[3:5]
    tls = None
    if certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*certificate)
    Controller(TakeAll(), hostname=address, port=port, server_hostname="mx.example.org", tls_context=tls,
               authenticator=anyone, auth_require_tls=False, auth_required=False, enable_SMTPUTF8=True,
               data_size_limit=10_000_000).start()
    print("ready", flush=True)
    while True:
        time.sleep(60)


if __name__ == "__main__":
    main()
