"""Lists, forms, questions and pages over the main screen."""
