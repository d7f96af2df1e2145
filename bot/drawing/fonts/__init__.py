"""The font of all pictures and PDF pages: Noto Sans, with Latin, Cyrillic, Greek and Devanagari.

``NotoSans-Variable.ttf`` is the unmodified file ``ofl/notosans/NotoSans[wdth,wght].ttf`` of
https://github.com/google/fonts at commit 8b0a1d0f5983, version 2.015. Its license is ``OFL.txt``.
"""

from pathlib import Path

NOTO_SANS = Path(__file__).parent / "NotoSans-Variable.ttf"
"""A variable font; its axes are wdth (62.5 to 100) and wght (100 to 900)."""
