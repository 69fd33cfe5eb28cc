"""How fast: Despin beside transformers' generate and beside the least that decoding costs."""
