"""A session in browsers: a server, and a process for each visitor."""
