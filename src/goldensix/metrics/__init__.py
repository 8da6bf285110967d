"""What the log says about speed. Turns are the seam: a run of buyer messages and the reply that ends it."""
