"""Which emergency number a message names: the person's own, or the likely one of their country."""
