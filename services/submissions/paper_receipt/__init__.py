"""Reports that came on paper or by e-office, recorded by the recipient and confirmed by a second person."""
