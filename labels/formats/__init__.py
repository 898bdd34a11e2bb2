"""Other forms of annotated documents: one module a format, `registry` for all of them.

Each has `read(path)`, which yields documents and raises FormatError with file, place and fault at the first thing that
is malformed or that the scheme has no place for, and `write(path, documents)`, which raises FormatError for a document
that is not `sound`. What a format cannot carry is counted by its entry in the registry.
"""
