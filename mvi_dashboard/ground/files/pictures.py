"""Pictures: whether they are what they say, and a preview that holds nothing but what is seen.

Runs in the child process only: Pillow reads what strangers send.
"""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from mvi_dashboard.ground.problems import Refused, refuse

MOST_PIXELS = 100_000_000
PREVIEW = 1_600
_FORMATS = ("PNG", "JPEG", "WEBP")
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, UnidentifiedImageError)
# The size is judged by us, from the header, before a pixel is unpacked.
Image.MAX_IMAGE_PIXELS = None


def check_picture(content: bytes, kind: str) -> None:
    """Raises Refused when this is no whole picture of this format, or unpacks to too many pixels."""
    try:
        with _opened(content) as picture:
            if picture.format != kind:
                raise _broken()
            if kind == "JPEG":
                # An eighth of the size, to see that it goes on to its end.
                picture.draft("RGB", (64, 64))
                picture.load()
            else:
                picture.verify()
    except _BROKEN:
        raise _broken() from None


def preview(content: bytes) -> bytes:
    """A JPEG of at most 1,600 pixels, made anew: without place, camera or anything else that was kept in it."""
    try:
        with _opened(content) as picture:
            picture.draft("RGB", (PREVIEW, PREVIEW))
            picture.thumbnail((PREVIEW, PREVIEW))
            turned = ImageOps.exif_transpose(picture).convert("RGBA")
            seen = Image.new("RGB", turned.size, "white")
            seen.paste(turned, mask=turned.getchannel("A"))
            out = BytesIO()
            seen.save(out, "JPEG", quality=82)
            return out.getvalue()
    except _BROKEN:
        raise _broken() from None


def _opened(content: bytes) -> Image.Image:
    picture = Image.open(BytesIO(content), formats=_FORMATS)
    if picture.width * picture.height > MOST_PIXELS:
        raise refuse("zip_ratio", "Deze afbeelding is uitgepakt te groot: hoogstens 100 miljoen beeldpunten.")
    return picture


def _broken() -> Refused:
    return refuse("corrupt", "Deze afbeelding is beschadigd of niet heel aangekomen.")
