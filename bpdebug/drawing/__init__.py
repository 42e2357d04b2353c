"""The network pane: units and weights as a drawing that follows every operation."""
