"""What reporter and recipient say to each other about a submission."""
