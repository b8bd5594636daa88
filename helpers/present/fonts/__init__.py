"""The bundled Chinese glyphs and the script that made them."""
