"""Subdivisions: GeoNames admin1 codes as the ISO 3166-2 codes that calendars go by, where the two are surely one."""

#: Countries whose admin1 codes are the ISO codes. Elsewhere an equal code may mean another place: Lisbon is 14 in
#: GeoNames, and PT-14 is Santarém.
_SAME = ("GB", "US")
_TABLES: dict[str, dict[str, str]] = {
    "AR": {"01": "B", "05": "X", "07": "C", "13": "M", "17": "A", "21": "S", "24": "T"},
    "AU": {
        "01": "ACT", "02": "NSW", "03": "NT", "04": "QLD", "05": "SA", "06": "TAS", "07": "VIC", "08": "WA",
    },
    "BR": {
        "01": "AC", "02": "AL", "03": "AP", "04": "AM", "05": "BA", "06": "CE", "07": "DF", "08": "ES", "11": "MS",
        "13": "MA", "14": "MT", "15": "MG", "16": "PA", "17": "PB", "18": "PR", "20": "PI", "21": "RJ", "22": "RN",
        "23": "RS", "24": "RO", "25": "RR", "26": "SC", "27": "SP", "28": "SE", "29": "GO", "30": "PE", "31": "TO",
    },
    "CA": {
        "01": "AB", "02": "BC", "03": "MB", "04": "NB", "05": "NL", "07": "NS", "08": "ON", "09": "PE", "10": "QC",
        "11": "SK", "12": "YT", "13": "NT", "14": "NU",
    },
    "DE": {
        "01": "BW", "02": "BY", "03": "HB", "04": "HH", "05": "HE", "06": "NI", "07": "NW", "08": "RP", "09": "SL",
        "10": "SH", "11": "BB", "12": "MV", "13": "SN", "14": "ST", "15": "TH", "16": "BE",
    },
    "ES": {
        "07": "IB", "27": "RI", "29": "MD", "31": "MC", "32": "NC", "34": "AS", "39": "CB", "51": "AN", "52": "AR",
        "53": "CN", "54": "CM", "55": "CL", "56": "CT", "57": "EX", "58": "GA", "59": "PV", "60": "VC", "CE": "CE",
        "ML": "ML",
    },
    "IN": {"07": "DL", "16": "MH", "19": "KA", "25": "TN", "28": "WB"},
    "NZ": {"E7": "AUK", "E9": "CAN", "F7": "OTA", "F8": "STL", "F9": "TKI", "G1": "WKO", "G2": "WGN"},
}  # fmt: skip


def find_subdivision(country: str, admin1: str | None) -> str | None:
    """ISO 3166-2 code without the country of a GeoNames admin1; None where it is not known for sure."""
    if admin1 is None or country in _SAME:
        return admin1
    return _TABLES.get(country, {}).get(admin1)
