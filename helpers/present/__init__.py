"""Figures, tables and sentences made from results: the only floor that knows what things look like."""
