"""Fetches a mail with COMPRESS=DEFLATE (RFC 4978) in pieces: imap_client.py HOST USER PASSWORD NUMBER OCTETS."""

import imaplib
import sys
import zlib


class Compressed(imaplib.IMAP4):
    def compress(self):
        """From here on both sides are raw deflate, flushed after each write."""
        if "COMPRESS" not in imaplib.Commands:
            imaplib.Commands["COMPRESS"] = ("AUTH", "SELECTED")
        self._simple_command("COMPRESS", "DEFLATE")
        self._pack, self._unpack, self._ready = zlib.compressobj(9, zlib.DEFLATED, -15), zlib.decompressobj(-15), b""
        self.send = lambda data: self.sock.sendall(self._pack.compress(data) + self._pack.flush(zlib.Z_SYNC_FLUSH))
        self.read, self.readline = self._read, self._readline

    def _more(self):
        self._ready += self._unpack.decompress(self.sock.recv(4096))

    def _read(self, size):
        while len(self._ready) < size:
            self._more()
        data, self._ready = self._ready[:size], self._ready[size:]
        return data

    def _readline(self):
        while b"\n" not in self._ready:
            self._more()
        return self._read(self._ready.index(b"\n") + 1)


host, user, password, number, octets = sys.argv[1:]
connection = Compressed(host)
connection.login(user, password)
connection.compress()
connection.select("INBOX")
at = 0
while True:
    _, answer = connection.fetch(number, f"(BODY.PEEK[]<{at}.{octets}>)")
    piece = answer[0][1]
    at += len(piece)
    if len(piece) < int(octets):
        break
connection.logout()
