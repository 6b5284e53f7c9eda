"""The audit trail as people read it: who did what, when and why. `audit` writes it, and this room shows it."""
