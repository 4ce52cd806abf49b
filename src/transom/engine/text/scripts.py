"""Which characters belong to which script, as far as reading and search need to know."""

import re

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
KANA = "\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
HANGUL = "\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f"
SOUTH_EAST = "\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff"
INDIC_SIGNS = (
    "\u0900-\u0903\u093a-\u094f\u0951-\u0963\u0981-\u0983\u09bc-\u09e3\u0a01-\u0a75\u0a81-\u0ae3\u0b01-\u0dff"
)

# Written without spaces between words: read by the character.
SPACELESS = HAN + KANA + SOUTH_EAST
# Searched by the character: Korean too, because particles stick to its words.
BY_CHARACTER = SPACELESS + HANGUL

spaceless = re.compile(f"[{SPACELESS}]")
by_character = re.compile(f"[{BY_CHARACTER}]")
