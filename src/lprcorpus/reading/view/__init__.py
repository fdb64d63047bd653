"""The reader page: a corpus as HTML that needs no network, set for reading and for auditing the build by looking."""
