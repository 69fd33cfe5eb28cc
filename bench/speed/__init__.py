"""Speed of Despin compared with transformers' generate and with the minimum cost of decoding."""
