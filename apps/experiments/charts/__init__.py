"""Charts of a results page, drawn by the server: SVG, with a table of the same figures for each."""
