"""Methods and their versions, what an organisation adopted of them, and what a new one would do."""
