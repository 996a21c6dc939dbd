"""`python -m albumen` is the command line."""

from albumen.studio.cli.main import run

if __name__ == "__main__":
    run()
