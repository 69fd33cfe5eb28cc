"""How well the originals of spun texts are found in a collection, and at what cost."""
