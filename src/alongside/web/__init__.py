"""HTTP: parse the request, call the workbench, render what it says."""
