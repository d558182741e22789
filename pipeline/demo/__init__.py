"""The synthetic data set of the demonstration, and its pictures of before and after."""
