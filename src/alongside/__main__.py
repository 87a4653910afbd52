"""`python -m alongside`."""

from alongside.cli.app import main

if __name__ == "__main__":
    main()
