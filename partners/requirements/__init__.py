"""What partners must have for what, as leads read and change it: every change is a new dated row."""
