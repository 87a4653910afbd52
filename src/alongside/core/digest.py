"""Content digests: the name of a thing is what it holds."""

import hashlib

__all__ = ["digest", "digest_parts", "short"]


def digest(data: bytes) -> str:
    """Return the SHA-256 of `data` as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def digest_parts(*parts: str) -> str:
    """Return the digest of a sequence of strings; lengths are hashed too, so no two sequences collide."""
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return digest(b"".join([piece for data in encoded for piece in (len(data).to_bytes(8, "big"), data)]))


def short(name: str) -> str:
    """Return the first 12 digits, for people."""
    return name[:12]
