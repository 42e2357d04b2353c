"""The catalogue of mistakes: what people do wrong, as alterations of a program."""
