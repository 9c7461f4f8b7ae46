"""`python -m mockserver` is the command `mockserver`."""

from mockserver.cli import main

try:
    main(prog_name="mockserver")
finally:
    # Python ends a module with the signal's status, whatever the exit code, where Ctrl-C came while a string was
    # executed, as Hypothesis does; to execute one to its end is to be forgiven
    exec("")  # noqa: S102
