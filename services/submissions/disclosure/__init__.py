"""Statistical disclosure control: what is shown of confidential tables to those who may not read them."""
