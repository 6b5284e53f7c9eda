"""The spend scan: what an organisation pays, estimated per euro as a range until something better replaces it.

`layout` says what a file of spend may hold, `entries` makes rows of it, `importing` holds the acts, `mapping` says
what each category is, `covering` which contract replaces an estimate, and `footprint` adds all that is bought.
"""
