"""Files of others with columns of their own: recognised, put right once by a person, and read again by name.

`fields` is what an app declares of a kind of file; `detecting` and `applying` are pure; `saving` holds the acts on
profiles, `page` is what every import shows of columns, `template` the file to fill in.
"""
