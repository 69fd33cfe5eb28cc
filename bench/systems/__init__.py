"""The systems compared, one file each, behind one interface and one registry."""
