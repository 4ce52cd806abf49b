"""Task bodies and the back-ends that run them."""
