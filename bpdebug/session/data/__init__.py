"""Numbers from files of people: observations and figures."""
