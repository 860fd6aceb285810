"""How people are named and reached: the one rule for names, postal addresses and e-mail addresses, for every context."""
