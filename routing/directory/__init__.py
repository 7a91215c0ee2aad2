"""The directory as people keep it: who is who, who is away, who looks after what, and which places belong together."""
