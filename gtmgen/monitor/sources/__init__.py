"""Where logs are read: files by DuckDB, which is built in, and tables of warehouses."""
