"""What each screen of the workbench shows: one frozen record a screen, for the page and for its JSON twin."""
