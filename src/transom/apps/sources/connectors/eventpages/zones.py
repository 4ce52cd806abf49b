"""The time zone of a country that has only one, for hours that are written without any."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

COMMON = {
    "united kingdom": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "uk": "GB",
    "deutschland": "DE",
    "österreich": "AT",
    "schweiz": "CH",
    "suisse": "CH",
    "the netherlands": "NL",
    "nederland": "NL",
    "italia": "IT",
    "danmark": "DK",
    "sverige": "SE",
    "norge": "NO",
    "suomi": "FI",
    "polska": "PL",
    "south korea": "KR",
}
# Parts with clocks of their own that hold no conference: islands far away.
FAR = {
    "DE": "Europe/Berlin",
    "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon",
    "FR": "Europe/Paris",
    "NL": "Europe/Amsterdam",
    "DK": "Europe/Copenhagen",
    "NO": "Europe/Oslo",
}


@lru_cache(maxsize=512)
def zone_of(country: str) -> str:
    """The IANA name for a country's code or English name; "" where it has several zones or nobody can tell."""
    plain = " ".join(country.split()).casefold()
    code = (
        plain.upper() if len(plain) == 2 and plain != "uk" else COMMON.get(plain) or _codes().get(plain, "")
    )
    zones = _zones().get(code, ())
    return FAR.get(code, "") or (zones[0] if len(zones) == 1 else "")


@lru_cache(maxsize=1)
def _zones() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for code, _, name in _rows("zone.tab"):
        found[code] = (*found.get(code, ()), name)
    return found


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    return {name.casefold(): code for code, name in _rows("iso3166.tab")}


def _rows(name: str) -> list[list[str]]:
    text = (files("tzdata") / "zoneinfo" / name).read_text(encoding="utf-8")
    size = 3 if name == "zone.tab" else 2
    return [line.split("\t")[:size] for line in text.splitlines() if line and not line.startswith("#")]
