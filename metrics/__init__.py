"""What training and benchmark both measure with: alignment, edit scores, harm, calibration, signatures."""
