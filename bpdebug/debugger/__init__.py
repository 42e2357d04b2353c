"""The debugger without a screen: position, steps, history, breakpoints."""
