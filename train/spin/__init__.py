"""The corruption: the spinner's dictionary, its habits, and the spinner itself."""
