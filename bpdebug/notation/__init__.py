"""The equation language: expression trees, parser, printing, derivatives."""
