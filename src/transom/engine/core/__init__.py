"""What every other room of the engine may use: errors, web addresses, ids."""
