"""The templates of everything that flowyml emits as text."""
