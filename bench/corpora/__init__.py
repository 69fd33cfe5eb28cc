"""What `despin corpus` is measured with."""
