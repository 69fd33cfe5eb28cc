"""From trained weights to a checkpoint: export, smoothing, calibration, parity, model card."""
