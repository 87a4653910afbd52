"""Versions and releases: what there is, what is live, who made it so."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from alongside.core.counting import counted
from alongside.core.release import Release, Version
from alongside.release.gate import NOT_PROMISED
from alongside.store.versions import Pointer
from alongside.views.figures import moment, short_id
from alongside.views.parts import Facts, Part, Table, View

__all__ = ["release_data", "releases_view", "shipped_view", "signed_view", "version_view"]


def release_data(release: Release) -> dict[str, Any]:
    """Return a release as JSON."""
    return {
        "release": release.id,
        "version": release.version,
        "previous": release.previous or None,
        "kind": release.kind,
        "by": release.by,
        "reason": release.reason,
        "at": release.at,
        "verdict": json.loads(release.verdict) if release.verdict else None,
    }


def shipped_view(release: Release, *, before: Release | None = None) -> View:
    """Show a move of the pointer; none was made where the release is the one that stood `before`.

    Of what shipped through the gate or past it: how many cases fail, and the gate's word where nothing is promised.
    """
    if before is not None and release.id == before.id:
        return View(
            release_data(release), [f"version {short_id(release.version)} is live already: nothing was done"]
        )
    told = {"ship": "is live", "override": "is live, past the gate", "rollback": "is live again"}[
        release.kind
    ]
    instead = f", in place of {short_id(release.previous)}" if release.previous else ""
    why = f": {release.reason}" if release.reason else ""
    signed = f"by {release.by}{why}" if release.by else ""
    data = release_data(release)
    verdict: Mapping[str, Any] = data["verdict"] or {}
    failing = verdict.get("failing", 0)
    fails = f"; {failing} of {counted(verdict['cases'], 'case')} wrong" if failing else ""
    unheld = [f"not checked: {one}" for one in verdict.get("not_checked", ()) if one.startswith(NOT_PROMISED)]
    head = f"version {short_id(release.version)} {told}{instead}{fails}"
    return View(data, [head, *([signed] if signed else []), *unheld])


def releases_view(versions: Sequence[Version], releases: Sequence[Release], pointer: Pointer) -> View:
    """Show the newest versions and every move of the pointer."""
    rows = tuple(
        (short_id(version.id), moment(version.created), _mark(version.id, pointer)) for version in versions
    )
    moves = tuple(
        (moment(one.at), one.kind, short_id(one.version), short_id(one.previous), one.by, one.reason)
        for one in releases
    )
    parts: list[Part] = [Table(("version", "stored (UTC)", ""), rows)] if rows else ["no versions yet"]
    if moves:
        parts += ["", Table(("moved (UTC)", "", "version", "in place of", "by", "reason"), moves)]
    data = {
        "live": pointer.live or None,
        "previous": pointer.previous or None,
        "versions": [{"version": v.id, "created": v.created, "lock": dict(v.lock)} for v in versions],
        "releases": [release_data(one) for one in releases],
    }
    return View(data, parts)


def version_view(
    version: Version,
    pointer: Pointer,
    signed: Mapping[str, Sequence[str]],
    accepted: Mapping[str, str],
    verdict: Mapping[str, Any] | None,
) -> View:
    """Show one version: what it is made of, who signed what, the gate's last word."""
    manifest = version.manifest
    word = "not gated yet" if verdict is None else "passes" if verdict["passed"] else "does not pass"
    facts = Facts(
        (
            ("version", version.id),
            ("stored", f"{moment(version.created)} UTC"),
            ("pointer", _mark(version.id, pointer) or "not live"),
            ("gate", word),
            (
                "needs",
                ", ".join(f"{name} {wanted}" for name, wanted in version.lock.items()) or "not loaded yet",
            ),
            ("parameters", json.dumps(dict(manifest.params))),
            ("models", ", ".join(manifest.models) or "none"),
        )
    )
    files = Table(("file", "digest"), tuple((name, short_id(kept)) for name, kept in manifest.files.items()))
    signatures = [f"signed {promise}: {', '.join(who)}" for promise, who in signed.items()]
    taken = [f"broken case {case} accepted {why}" for case, why in accepted.items()]
    data = {
        "version": version.id,
        "created": version.created,
        "live": version.id == pointer.live,
        "previous": version.id == pointer.previous,
        "lock": dict(version.lock),
        "files": dict(manifest.files),
        "params": dict(manifest.params),
        "models": {name: dict(fields) for name, fields in manifest.models.items()},
        "weights": list(manifest.weights),
        "signed": {promise: list(who) for promise, who in signed.items()},
        "accepted_breaks": dict(accepted),
        "verdict": verdict,
    }
    return View(data, [facts, "", files, *signatures, *taken])


def signed_view(version: Version, promises: Sequence[str], by: str) -> View:
    """Show a sign-off."""
    data = {"version": version.id, "promises": list(promises), "by": by}
    return View(data, [f"{by} signed {', '.join(promises)} for version {short_id(version.id)}"])


def _mark(version: str, pointer: Pointer) -> str:
    return {pointer.previous: "previous", pointer.live: "live"}.get(version, "") if version else ""
