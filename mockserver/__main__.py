"""`python -m mockserver` is the command `mockserver`."""

from mockserver.cli import main

if __name__ == "__main__":
    main(prog_name="mockserver")
