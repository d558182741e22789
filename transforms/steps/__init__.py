"""What each step does to one element. `transforms/*.py` gives these steps to Beam; a batch runs them in a row."""
