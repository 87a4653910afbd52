"""The worker's side: jobs `parse` and `render` over a channel."""

import gc
from typing import Any

from alongside.core.packing import pack_document
from alongside.documents.limits import Limits
from alongside.documents.mail import attachment_data
from alongside.documents.parse import parse_bytes
from alongside.documents.render import render_page
from alongside.sandbox.channel import Channel
from alongside.sandbox.jobs import serve_jobs

__all__ = ["serve"]


def serve(options: dict[str, Any], channel: Channel) -> None:
    """Answer until the channel closes; `options` are the limits (see `Limits`)."""
    gc.disable()  # documents hold no cycles: collecting costs a tenth of the time and frees nothing

    def handle(message: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        name, media_type = message["name"], message["media_type"]
        if message["job"] == "render":
            place = {key: message[key] for key in ("page", "scale", "rotation")}
            limits = Limits.from_options(options)
            if message["attachment"]:
                body = attachment_data(body, message["attachment"], name=name, depth=limits.depth)
            return {}, render_page(body, name=name, media_type=media_type, limits=limits, **place)
        return {}, pack_document(parse_bytes(body, name=name, media_type=media_type, options=options))

    serve_jobs(channel, handle)
