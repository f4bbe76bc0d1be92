"""The whole mock through a real socket."""
