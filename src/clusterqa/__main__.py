"""`python -m clusterqa` is the command `clusterqa`."""

from clusterqa.cli import main

if __name__ == "__main__":
    main()
