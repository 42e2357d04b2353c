"""What a class takes home, and what comes back: sheets for students, their answers, the marks."""
