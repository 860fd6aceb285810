"""The rules of tracked events: kinds, texts, identifiers and clocks."""
