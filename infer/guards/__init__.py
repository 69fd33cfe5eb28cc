"""Guards: reasons why an edit may not be made, whatever the model says."""
