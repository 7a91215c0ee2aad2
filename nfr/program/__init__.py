"""What the NFR program gives, as leads read and change it: every change is a new dated row."""
