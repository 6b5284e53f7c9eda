"""The REST floor: strict bodies, problem answers, sign-in, pages, If-Match and Idempotency-Key.

An app writes an `Endpoint` (`rest.endpoint`) per path and gives it `operation`s; see there for an example.
"""
