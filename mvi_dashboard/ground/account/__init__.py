"""What people look after themselves: profile, password, sessions, second factor, sign-in elsewhere."""
