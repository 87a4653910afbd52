"""Draws README.md's picture from what `alongside demo` finds: no figure in it is written by hand.

    uv run python tools/readme_picture.py docs/sitting.png

Needs Chromium. The page is a document of the demo with the boxes of what was read; beside it is what the demo's
beats told, from their JSON.
"""

import base64
import html
import json
import shutil
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from alongside import open_engagement
from alongside.documents.render import render_page

SCALE = 3.0
SIZE = (1200, 505)
INKS = (
    (0, 0, 0),
    (0x1B, 0x1C, 0x1E),
    (0x4C, 0x4F, 0x55),
    (0x2A, 0x44, 0xC4),
    (0x0D, 0x68, 0x48),
    (0xB0, 0x24, 0x18),
    (0xF6, 0xF6, 0xF3),
)
SHADES = 32

STYLE = """
*{box-sizing:border-box;margin:0}
body{width:1200px;height:505px;display:grid;grid-template-columns:540px 1fr;background:#f6f6f3;color:#1b1c1e;
 font:14px/21px Inter,"DejaVu Sans","Liberation Sans",sans-serif;font-variant-numeric:tabular-nums;overflow:hidden}
.page{position:relative;margin:28px 0 0 28px;border:1px solid #d9d9d2;border-bottom:0;background:#fff;}
.page svg{overflow:visible}
.page img,.page svg{position:absolute;left:0;top:0;width:100%}
main{background:#fff;border-left:1px solid #e2e2dc;padding:24px 30px 0;margin-left:28px}
h1{font-size:19px;line-height:28px;font-weight:600;letter-spacing:-.01em}
.from{color:#62656b;font-size:12.5px;padding-bottom:12px}
section{border-top:1px solid #e2e2dc;padding:9px 0 11px}
h2{font-size:13px;line-height:20px;font-weight:600;color:#4c4f55;display:flex;justify-content:space-between}
h2 span{font-weight:400;color:#62656b}
code{font:12.5px/20px "DejaVu Sans Mono",monospace;color:#2a44c4;display:block;white-space:nowrap;overflow:hidden}
.good{color:#0d6848}.bad{color:#b02418}
b{font-weight:600}
del{color:#b02418}
"""


def play(root: Path) -> dict[str, Any]:
    """Play the demo and return what it told."""
    command = [sys.executable, "-m", "alongside", "demo", "--to", str(root), "--json"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def facts(told: dict[str, Any], has: str) -> dict[str, Any]:
    """Return the first beat whose facts have this key."""
    return next(beat for beat in told["beats"] if has in beat["facts"])


def page(root: Path, wrong: dict[str, Any]) -> str:
    """Return the document that was wrong as an image with a box around each value, dashed where it was wrong."""
    data = (root / "documents" / wrong["document"]).read_bytes()
    png = render_page(data, media_type="", name=wrong["document"], page=1, scale=SCALE)
    image = Image.open(BytesIO(png))
    with open_engagement(root) as bench:
        answer = bench.value(bench.find_run(wrong["run"]).output)
    width, height = image.width / SCALE, image.height / SCALE
    boxes = "".join(
        box(name, read["boxes"][0], wrong["wrong"].get(name))
        for name, read in answer.items()
        if read["boxes"]
    )
    held = base64.b64encode(png).decode()
    svg = f'<svg viewBox="0 0 {width} {height}" font-family="DejaVu Sans" font-size="8">{boxes}</svg>'
    return f'<div class="page"><img src="data:image/png;base64,{held}">{svg}</div>'


def box(name: str, place: Any, wrong: dict[str, Any] | None) -> str:
    """Return the box of one value and its name beside it."""
    x0, y0, x1, y1 = (
        (place[key] for key in ("x0", "y0", "x1", "y1")) if isinstance(place, dict) else place[-4:]
    )
    ink, dash = ("#b02418", ' stroke-dasharray="3 2"') if wrong else ("#2a44c4", "")
    return (
        f'<rect x="{x0 - 3}" y="{y0 - 3}" width="{x1 - x0 + 6}" height="{y1 - y0 + 6}" rx="1.5" fill="{ink}" '
        f'fill-opacity=".07" stroke="{ink}" stroke-width="1.1"{dash}/>'
        f'<text x="{x1 + 6}" y="{(y0 + y1) / 2 + 3}" fill="{ink}">{name}{" ✗" if wrong else ""}</text>'
    )


def section(title: str, seconds: float | None, lines: list[str], command: str) -> str:
    """Return one panel: its title, how long it took, what happened and the command that did it."""
    took = f"{seconds:.1f} s" if seconds is not None and seconds >= 0.1 else f"{(seconds or 0) * 1000:.0f} ms"
    return f"<section><h2>{title}<span>{took}</span></h2>{'<br>'.join(lines)}<code>$ {html.escape(command)}</code></section>"


def panels(told: dict[str, Any]) -> str:
    """Return the beats that carry the story, in the order in which they were told."""
    failed = facts(told, "wrong")
    field, wrong = next(iter(failed["facts"]["wrong"].items()))
    hasty, closer = [beat for beat in told["beats"] if "pattern" in beat["facts"]]
    learned, gate = facts(told, "corrections"), facts(told, "items")
    back = facts(told, "back_seconds")
    run = failed["facts"]["run"]
    replay = [beat["facts"]["replay"] for beat in (hasty, closer, learned)]
    met = [one for one in gate["facts"]["items"].values() if one[0] == "met"]
    return "".join(
        [
            section(
                "“That's wrong” is a case",
                failed["seconds"],
                [f'{field}: <del>{wrong["read"]}</del> → <b class="good">{wrong["right"]}</b>, '
                 f'printed “{wrong["printed"]}”'],
                f"alongside review {run} --wrong {field}={wrong['right']} --rest-right",
            ),
            section(
                "A hasty edit is refused",
                hasty["seconds"],
                [f'{changed(replay[0])} of {replay[0]["cases"]} cases; {steps(replay[0])}'],
                "alongside replay",
            ),
            section(
                "A closer one breaks nothing",
                closer["seconds"],
                [f'{changed(replay[1])} of {replay[1]["cases"]} cases; {steps(replay[1])}'],
                "alongside replay",
            ),
            section(
                f'{learned["facts"]["corrections"]} corrections become a small local model',
                learned["seconds"],
                [f'{changed(replay[2])}: {replay[2]["passed"]} of {replay[2]["cases"]} pass, measured on what it never saw'],
                "alongside learn",
            ),
            section(
                "The gate says yes, and it is live",
                gate["seconds"],
                [f'<b class="good">{len(met)} of {len(gate["facts"]["items"])} promises met</b>; '
                 f'rollback took {back["facts"]["back_seconds"] * 1000:.1f} ms'],
                "alongside ship --by Kim",
            ),
        ]
    )  # fmt: skip


def changed(replay: dict[str, Any]) -> str:
    """Return how many cases a replay fixed and broke."""
    fixed, broken = len(replay["fixed"]), len(replay["broken"])
    mark = "bad" if broken else "good"
    return f'<b class="good">{fixed} fixed</b>, <b class="{mark}">{broken} broken</b>'


def steps(replay: dict[str, Any]) -> str:
    """Return how many steps ran and how many were proven unchanged."""
    return f"{replay['steps']['executed']} steps ran, {replay['steps']['kept']} proven unchanged"


def shoot(content: str, work: Path) -> Image.Image:
    """Return the page as Chromium draws it, at twice the size."""
    (work / "page.html").write_text(content, encoding="utf-8")
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        raise SystemExit("Chromium is needed: apt-get install chromium")
    subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=2",
         f"--window-size={SIZE[0]},{SIZE[1]}", f"--screenshot={work / 'page.png'}", str(work / "page.html")],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return (
        Image.open(work / "page.png")
        .convert("RGB")
        .resize((SIZE[0] * 3 // 2, SIZE[1] * 3 // 2), Image.Resampling.LANCZOS)
    )


def few_colours(image: Image.Image) -> Image.Image:
    """Return the picture in the shades of its own inks on white: a third of the size, and no ink is lost."""
    shades = {
        tuple(255 - (255 - part) * step // SHADES for part in ink)
        for ink in INKS
        for step in range(SHADES + 1)
    }
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for shade in sorted(shades) for part in shade])
    return image.quantize(palette=palette, dither=Image.Dither.NONE)


def main() -> None:
    """Play the demo in a folder of its own and write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        told = play(work / "demo")
        wrong = facts(told, "wrong")["facts"]
        head = f"<h1>{html.escape(wrong['document'])}, in one sitting</h1><p class=from>from <b>alongside demo</b>: an invented customer, no network, no key</p>"
        body = f"{page(work / 'demo', wrong)}<main>{head}{panels(told)}</main>"
        image = shoot(f"<!doctype html><meta charset=utf-8><style>{STYLE}</style><body>{body}", work)
    few_colours(image).save(sys.argv[1], optimize=True)
    print(f"{sys.argv[1]}: {Path(sys.argv[1]).stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
