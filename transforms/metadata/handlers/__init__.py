"""What happens to one attribute, by its kind. Each module is one rule; the walk asks them in this order.

| Module | Attributes |
|---|---|
| `private` | of odd groups: PS3.15 E.3.10 |
| `overlays` | of an overlay plane that stays: PS3.15 E.3.3 |
| `replaced` | that the policy gives a value of its own |
| `listed` | of Table E.1-1: the actions D, Z, X, K, C, U |
| `unlisted` | every other standard attribute, by its VR |

`values` decides on a single value, for all of them. `content_items` comes before them, where the concept of a content item says
what its value is. A handler is a function `handle(walk, level, element, tag)`: it changes the
level in place through `walk.put` and `walk.remove`, which note what was done.
"""
