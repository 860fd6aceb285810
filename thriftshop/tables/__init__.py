"""Reads tables from CSV, XLSX and Parquet files, and parses their numbers and dates."""
