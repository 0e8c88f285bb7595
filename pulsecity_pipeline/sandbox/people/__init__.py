"""The people of the fictional world: what they see, click, buy and sign up to, and who of them is no person."""
