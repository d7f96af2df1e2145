"""Time zones, nights and the times that people type."""
