"""The service: Despin behind HTTP, its page, and the page's view of a result as a file of its own."""
