"""Where a spun text comes from: a spun text beside a supposed original."""
