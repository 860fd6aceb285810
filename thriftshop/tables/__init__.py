"""Tables out of files of unknown origin: CSV, XLSX and Parquet; and what numbers and dates in them mean."""
