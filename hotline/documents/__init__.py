"""Documents (材料): files that come with a petition or are made in handling it, kept as recordings are."""
