"""Run the workbook from the command line: ``python -m helpers report demo``."""

from helpers.workbook.cli import main

if __name__ == "__main__":
    main()
