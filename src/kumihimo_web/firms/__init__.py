"""Know: the firms of the network, their profiles and their free capacity."""
