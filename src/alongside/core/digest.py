"""Content digests: the name of a thing is what it holds."""

import hashlib

__all__ = ["digest", "digest_parts", "short"]


def digest(data: bytes) -> str:
    """Return the SHA-256 of `data` as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def digest_parts(*parts: str) -> str:
    """Return the digest of a sequence of strings; lengths are hashed too, so no two sequences collide."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        whole.update(len(data).to_bytes(8, "big"))
        whole.update(data)
    return whole.hexdigest()


def short(name: str) -> str:
    """Return the first 12 digits, for people."""
    return name[:12]
