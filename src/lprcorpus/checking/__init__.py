"""What holds a corpus to its word: the constraints of the models and the laws, checked by code that made none of it."""
