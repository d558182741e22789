"""Finds bar codes on pictures: linear and two-dimensional ones, whether they can be decoded or not."""
