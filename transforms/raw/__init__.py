"""From bytes to pages of text: what encoding a file is in, and where its lines begin and end."""
