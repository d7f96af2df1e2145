"""Pictures: the font, the palette, and shapes to draw with."""
