"""Tests of the published schemas and of the OpenAPI documents."""
