"""Training recipes and spinner settings that come with the package; `despin.infer.resources` finds them."""
