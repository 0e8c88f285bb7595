"""What publishers make of the truth: who lists what, in which words, with which mistakes."""
