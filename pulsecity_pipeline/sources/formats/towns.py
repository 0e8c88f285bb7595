"""Towns of conference lists, which write the state behind the town's name (`Austin, TX`)."""

import re

_TOWN_AND_STATE = re.compile(r"(.+?),\s*([A-Z]{2})")


def read_town(text: str | None) -> dict[str, str]:
    """`Austin, TX` → locality and region; a town alone is its locality; nothing for none."""
    found = _TOWN_AND_STATE.fullmatch(text or "")
    if found is not None:
        return {"locality": found[1], "region": found[2]}
    return {"locality": text} if text else {}
