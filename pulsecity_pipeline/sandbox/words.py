"""The word lists that names, titles and sentences of the fictional world are made of."""

from typing import Final


def _words(text: str, separator: str = " ") -> tuple[str, ...]:
    return tuple(text.split(separator))


ADJECTIVES: Final = _words(
    "Amber Brass Broken Copper Crooked Distant Electric Emerald Faded Feral Gilded Hidden Hollow Idle Ivory Lunar "
    "Marble Midnight Northern Paper Patient Quiet Restless Rusted Salted Scarlet Silver Slow Solar Stray Tangled "
    "Timber Velvet Wandering Wild Winter Zoë’s"
)
NOUNS: Final = _words(
    "Anchor Antler Arrow Badger Beacon Birch Bramble Canary Cedar Compass Coyote Crane Ember Falcon Ferry Finch "
    "Foundry Garden Harbor Heron Juniper Kettle Lantern Magpie Maple Meadow Mirror Niño Orchard Otter Parade Pigeon "
    "Pilot River Rocket Satellite Sparrow Thistle Tiger Tunnel Viaduct Willow"
)
STREETS: Final = _words(
    "Alder Birch Canal Chestnut Church Depot Dock Elm Fountain Garnet Grove Hawthorn Hill Juniper King Laurel "
    "Market Mercer Mill Orchard Park Pearl Quarry River Rowan Station Sycamore Temple Union Vine Walnut"
)
STREET_KINDS: Final = ("Street", "Street", "Avenue", "Road", "Lane", "Place")
FIRST_NAMES: Final = _words(
    "Ada Amara Anaïs Ben Carlos Chloé Dara Eero Fatima Felix Greta Hana Imogen Ines Jonah Júlia Kofi Lena Malik "
    "Marisol Mei Naveen Noor Oskar Priya Quentin Rosa Søren Tomás Uma Viktor Wren Yusuf Zadie"
)
LAST_NAMES: Final = _words(
    "Abara Alvarez Baptiste Bell Brandt Castellanos Chen Dubois Ekström Fairweather Ferreira Goldwater Haddad "
    "Ibarra Jansen Kowalczyk Larkin Lindqvist Mbeki Müller Nakamura Novák Okafor Ortega Pemberton Quispe Rao "
    "Saltmarsh Tanaka Underhill Vasquez Whitlock Yilmaz Zapata"
)
GENRES: Final = _words(
    "Afrobeat|Ambient|Bachata|Bluegrass|Cumbia|Disco|Drum & Bass|Folk|Funk|Garage|Gospel|House|Indie|Jazz|Klezmer|"
    "Metal|Northern Soul|Punk|Reggae|Salsa|Shoegaze|Ska|Swing|Techno",
    "|",
)
TOPICS: Final = _words(
    "Tides|Glaciers|Honeybees|Public Housing|Migrating Birds|Medieval Maps|Microbes|River Deltas|Old Handwriting|"
    "City Trees|Night Skies|Sign Languages|Volcanoes|Bicycle Lanes|Fermentation|Sleep|Weather Models|Folk Tales|"
    "Water Rights|Lichens|Machine Translation|Early Cinema|Urban Foxes|Trade Routes",
    "|",
)
CRAFTS: Final = _words(
    "Bookbinding|Block Printing|Crochet|Soap Making|Linocut|Basket Weaving|Darning|Screen Printing|Macramé|Origami|"
    "Pottery|Quilting|Soldering|Spoon Carving|Terrarium Building|Watercolor|Wood Turning|Zine Making",
    "|",
)
SOFTWARE: Final = ("Spreadsheets", "Photo Editing", "Genealogy Databases", "Podcasting", "3D Printing", "Typing")
LANGUAGES: Final = ("Python", "Rust", "Elixir", "SQL", "Clojure", "Go", "Haskell", "Julia", "Zig")
PLACES: Final = _words(
    "Cedar Bluff|Fern Hollow|Gull Point|Heron Marsh|Kestrel Ridge|Lost Creek|Mossy Gap|Otter Pond|Pine Barrens|"
    "Quarry Loop|Raven Rock|Sandy Reach|Stone Bridge|Tanner Woods|Windmill Hill",
    "|",
)
BOARDS: Final = _words(
    "Planning Commission|Parks Advisory Board|Zoning Appeals Board|Budget Committee|Library Trustees|"
    "Tree Commission|Transport Committee|Housing Authority|Arts Council|Sustainability Commission",
    "|",
)
PRODUCE: Final = ("Strawberry", "Cider", "Pumpkin", "Honey", "Tomato", "Bread", "Cheese", "Chili", "Plant", "Seed")
TEAM_NAMES: Final = _words("Aviators Badgers Comets Drifters Foxes Gulls Herons Ironsides Lynx Mariners Owls")
OPENERS: Final = (
    "Join us for an evening you’ll talk about for weeks.",
    "Everyone is welcome – whatever your experience.",
    "Bring a friend, stay for a cup of tea ☕ or two.",
    "Seats are limited — come early.",
    "A favourite of the house returns.",
    "Part of our spring-to-winter programme — now in its ninth year.",
    "The bar opens one hour before the start.",
    "♿ Step-free access by the side entrance.",
    "Please dress for the weather; we don’t cancel for light rain.",
    "Supported by the friends of the house.",
    "Registration is not needed.",
    "Under 16s with an adult, please.",
)
