"""``python -m despin``: the same as the command ``despin``."""

from despin.cli import main

if __name__ == "__main__":
    main()
