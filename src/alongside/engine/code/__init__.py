"""What code a step is: the function and the project code that it reaches, as one hash."""
