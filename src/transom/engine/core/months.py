"""The months' names in the languages that feeds and pages write dates in."""

_NAMES = (
    "jan january januar janv janvier ene enero gen gennaio januari janeiro sty stycznia янв января",
    "feb february februar fev fevr fevrier fév févr février febrero febbraio februari fevereiro lut lutego фев февраля",
    "mar march mär märz mrz mars marzo maart março mrt marca мар марта",
    "apr april avr avril abr abril aprile kwi kwietnia апр апреля",
    "may mai mayo mag maggio mei maio maj maja мая май",
    "jun june juni juin junio giu giugno junho cze czerwca июн июня",
    "jul july juli juil juillet julio lug luglio julho lip lipca июл июля",
    "aug august août aoû aout ago agosto augustus sie sierpnia авг августа",
    "sep september sept septembre septiembre set settembre setembro wrz września сен сент сентября",
    "oct october okt oktober octobre octubre ott ottobre outubro out paź października окт октября",
    "nov november novembre noviembre novembro lis listopada ноя нояб ноября",
    "dec december dez dezember déc décembre decembre dic diciembre dicembre dezembro gru grudnia дек декабря",
)
MONTHS: dict[str, int] = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}


def month_number(name: str) -> int:
    """1 to 12 for a month's name or abbreviation, 0 for any other word."""
    name = name.lower().rstrip(".")
    return MONTHS.get(name) or MONTHS.get(name[:3], 0)
