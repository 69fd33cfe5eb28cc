"""The commands of the command line, one file each; the work is done in the packages they call."""
