"""How-tos that run: copy one into a project of your own."""
