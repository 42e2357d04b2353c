"""What numbers are numbers of: which quantity a name means, in which layout, over what."""
