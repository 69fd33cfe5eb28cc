"""The benchmark: Despin, baselines and rivals compared in quality, harm, speed and memory."""
