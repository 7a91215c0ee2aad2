"""Too many seats in use: told with the numbers, waited for, passed on to Support, counted in the register."""
