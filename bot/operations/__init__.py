"""What keeps a running bot healthy and observable."""
