"""TLS by an authority of the tool's own: who trusts its certificate may call vendors by the names they really have.

The authority is kept in a folder, so that it is trusted once and not at every start. Its key is in one file with its
certificate, which its owner alone can read; servers that start at once and find none agree on the one made first.
"""

import ipaddress
import os
import re
import socket
import ssl
import stat
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from mockserver import NAME
from mockserver.errors import ConfigurationError
from mockserver.world.clock import real_now

if TYPE_CHECKING:
    import trustme

CERTIFICATE, KEY = "ca.pem", "ca-key.pem"
BEGIN_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
VALID = timedelta(days=397)  # some clients refuse a server's certificate that is valid for longer
LABEL = r"(?!..--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
HOST = re.compile(rf"(?:\*\.)?(?:{LABEL}\.)*{LABEL}", re.IGNORECASE)
OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class Secured:
    """What a server needs for TLS, and the certificate that its clients have to trust."""

    context: ssl.SSLContext
    certificate: Path


def secure(folder: Path, host: str, hosts: Iterable[str]) -> Secured:
    """Issue a certificate for this machine, the address listened on and these hosts.

    Raises:
        ConfigurationError: the authority cannot be kept in this folder, or is none.
    """
    try:
        authority = _authority(folder)
    except OSError as error:
        raise ConfigurationError(
            f"cannot keep the authority for TLS in {folder}: {error.strerror or error}; take another --tls-dir"
        ) from None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.set_alpn_protocols(["http/1.1"])
    now = real_now()
    names = covered(host, hosts)
    issued = authority.issue_cert(
        *names, organization_name=NAME, not_before=now - timedelta(days=1), not_after=now + VALID
    )
    issued.configure_cert(context)
    return Secured(context, (folder / CERTIFICATE).absolute())


def covered(host: str, hosts: Iterable[str]) -> list[str]:
    """List the names that a certificate is for; what no certificate can be for is left out.

    Who listens on all addresses is called by the machine's name, too.
    """
    names = ["127.0.0.1", "::1", "localhost", "*.localhost", host.partition("%")[0], *hosts]
    if _is_address(host) and ipaddress.ip_address(host).is_unspecified:
        names.append(socket.gethostname())
    return [name for name in dict.fromkeys(names) if _is_address(name) or HOST.fullmatch(name)]


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _authority(folder: Path) -> "trustme.CA":
    """Give the authority of a folder; make it if there is none."""
    import trustme  # noqa: PLC0415 - its cryptography is slow to load, and for TLS only

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = folder / KEY
    if not key.exists():
        made = trustme.CA(organization_name=NAME, organization_unit_name="for tests on this machine")
        _put(key, made.private_key_pem.bytes() + made.cert_pem.bytes(), 0o600, _link)
    authority = _read(key)
    certificate = folder / CERTIFICATE
    if not certificate.exists() or certificate.read_bytes() != authority.cert_pem.bytes():
        _put(certificate, authority.cert_pem.bytes(), 0o644, os.replace)
    return authority


def _read(path: Path) -> "trustme.CA":
    import trustme  # noqa: PLC0415 - as above

    with path.open("rb") as file:
        if os.name == "posix" and os.fstat(file.fileno()).st_mode & OTHERS:
            raise ConfigurationError(
                f"{path}: others than its owner may read or write this key: delete it, and trust the next authority"
            )
        key, begin, certificate = file.read().partition(BEGIN_CERTIFICATE)
    try:
        return trustme.CA.from_pem(begin + certificate, key)
    except ValueError:
        raise ConfigurationError(
            f"{path}: this is no key with its certificate: delete it, and trust the next authority"
        ) from None


def _put(path: Path, data: bytes, mode: int, place: Callable[[str, Path], None]) -> None:
    """Write a file, whole or not at all."""
    handle, made = tempfile.mkstemp(dir=path.parent)  # which its owner alone can read
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(made).chmod(mode)
        place(made, path)
    finally:
        Path(made).unlink(missing_ok=True)


def _link(made: str, path: Path) -> None:
    """Give a file its name, unless another server was faster."""
    try:
        os.link(made, path)
    except FileExistsError:
        return
