"""Keys that sign evidence (Ed25519, RFC 8032). They have nothing to do with the key of the pseudonyms."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PUBLIC_SUFFIX = ".pub"


class SigningKeyError(Exception):
    """A file holds no key of the wanted kind."""


def make_signing_key(file: Path) -> None:
    """Write a new private key to a file with mode 0600, and the public key beside it, with `.pub` behind the name.

    Raises:
        OSError: A file exists, or cannot be written.
    """
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    public = Path(f"{file}{PUBLIC_SUFFIX}")
    if public.exists():
        raise FileExistsError
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(private)
    public.write_bytes(public_pem(key.public_key()))


def read_private_key(file: Path) -> Ed25519PrivateKey:
    """The private key of a file.

    Raises:
        SigningKeyError: It holds none.
    """
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        raise SigningKeyError("the file of the signing key cannot be read, or holds no key without a password") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningKeyError("the signing key is of another kind than Ed25519")
    return key


def read_public_key(pem: bytes) -> Ed25519PublicKey:
    """A public key from its PEM form.

    Raises:
        SigningKeyError: It is none.
    """
    try:
        key = serialization.load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        raise SigningKeyError("that is no public key") from None
    if not isinstance(key, Ed25519PublicKey):
        raise SigningKeyError("the public key is of another kind than Ed25519")
    return key


def public_pem(key: Ed25519PublicKey) -> bytes:
    """The PEM form of a public key."""
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def fingerprint(key: Ed25519PublicKey) -> str:
    """A name of a public key to compare by eye: SHA-256 of its 32 bytes, in groups of eight digits."""
    digest = hashlib.sha256(key.public_bytes_raw()).hexdigest()
    return " ".join(digest[place : place + 8] for place in range(0, len(digest), 8))


def is_signed(data: bytes, signature: bytes, key: Ed25519PublicKey) -> bool:
    """Whether a signature is of these bytes and this key."""
    try:
        key.verify(signature, data)
    except InvalidSignature:
        return False
    return True
