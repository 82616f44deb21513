"""Pure mathematics under its field's names: numbers in, numbers out, no case and no units."""
