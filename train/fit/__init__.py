"""Fine-tuning: the model, the objective, the training loop, evaluation, progress."""
