"""Our side: what we offer, who answers for it, how it should feel, how it goes."""
