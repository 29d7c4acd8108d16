"""Written by scripts/generate from api/openapi.json; change neither by hand."""
