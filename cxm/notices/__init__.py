"""What people should know: an inbox, digests by e-mail, and the outbox through which all mail leaves."""
