"""Files that people attach to something: looked at, scanned, kept beside the database, and given back safely.

A file goes one way: `names` and `inspecting` (in the child process of `intake.apart`) say what it is, `scanning`
asks the virus scanner, `keeping` puts its bytes in the store and reads them back, `attaching` makes the row in the
transaction of an act, `seen` says who sees which. What a file may hang on, each app registers (`places`).
"""
