"""The pictures of the docs are the demo's own screens, each of them and no other, at the size of a window."""

import shutil
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from web.browser.pictures import FOLDER, draw
from web.browser.stage import staged

pytestmark = [pytest.mark.system, pytest.mark.enable_socket]

COLOURS = 40  # of a page that shows nothing there are fewer


def test_every_picture_of_the_docs_is_drawn_from_the_demo(
    demo: Path, tmp_path: Path, browser: Browser
) -> None:
    shutil.copytree(demo, tmp_path / "demo")
    (pictures := tmp_path / "pictures").mkdir()
    with staged(tmp_path / "demo", browser) as stage:
        sizes = draw(stage, pictures)
        assert stage.foreign == []
    assert (
        sizes.keys() == {path.name for path in pictures.iterdir()} == {path.name for path in FOLDER.iterdir()}
    )
    for folder in (pictures, FOLDER):
        for name, size in sizes.items():
            with Image.open(folder / name) as picture:
                assert (name, picture.size) == (name, size)
                assert len(picture.convert("RGB").getcolors(maxcolors=1 << 24)) >= COLOURS, name
