"""Keys by which systems call the API: making one, renewing it, revoking it, and saying in time that one ends.

A person's own key acts as that person, in one of its roles; a key of a system is of nobody, so what asks for a
person is not for it, and it never reads bids or administers.
"""
