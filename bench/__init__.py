"""Systems side by side: metrics, baselines, speed and the tables of the README."""
