"""`python -m flowyml`: the command line, in the environment of that Python."""

from flowyml.cli import main

if __name__ == "__main__":
    main()
