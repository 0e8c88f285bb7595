"""What is true of the fictional world: venues, artists, organisers, happenings and how they change."""
