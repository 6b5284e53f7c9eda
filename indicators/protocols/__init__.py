"""What suppliers are asked for: the fields of a protocol in a line, and the request as a page and a file."""
