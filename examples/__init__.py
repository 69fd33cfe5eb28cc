"""Example articles, written for this project; ``despin correct example:spun-budget`` reads one."""
