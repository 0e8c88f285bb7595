"""Storage: the lake of Delta tables, what of it is published, and the warehouse that analysts open."""
