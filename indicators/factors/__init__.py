"""Factors and their versions: brought in from files, checked, changed in a concept, published, put in a basis."""
