"""Hand derivations: formulas for derivatives, compared with the paths one by one."""
