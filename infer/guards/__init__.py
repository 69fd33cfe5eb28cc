"""Guards: rules that refuse an edit, however probable the model finds it."""
