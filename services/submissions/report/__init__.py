"""Reports as documents: written from accepted submissions, drawn as PDF, DOCX and HTML."""
