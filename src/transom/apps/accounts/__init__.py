"""Who uses this instance: user, profile, invitations and sign-in."""
