"""Practising: an organisation beside the real one, with made-up data, of which nothing counts."""
