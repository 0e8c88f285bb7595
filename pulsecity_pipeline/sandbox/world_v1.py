"""Building a city's fiction for one day: the same arguments give the same world, whatever other cities exist."""

from datetime import date

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.catalog import PUBLISHERS
from pulsecity_pipeline.sandbox.drawing import ProgrammeDrawer
from pulsecity_pipeline.sandbox.model import Organiser, Venue, World
from pulsecity_pipeline.sandbox.places import build_venues
from pulsecity_pipeline.sandbox.programme import PROGRAMMES, Programme


def build_world(city: City, *, seed: int, as_of: date) -> World:
    """The fiction of one city as it stands on `as_of`, happenings sorted by start and id."""
    organisers = {one.name: Organiser(one.name, one.title.format(city=city.name)) for one in PUBLISHERS}
    venues = build_venues(city, seed)
    found = []
    for number, programme in enumerate(PROGRAMMES):
        parts = (seed, city.city_id, programme.publisher, number)
        organiser = organisers[programme.publisher]
        drawer = ProgrammeDrawer(parts, city, as_of, programme, organiser, _usable_venues(programme, venues))
        found += [*drawer.one_offs(), *drawer.series()]
    found.sort(key=lambda one: (one.starts_local, one.happening_id))
    return World(city, seed, as_of, venues, tuple(organisers.values()), tuple(found))


def _usable_venues(programme: Programme, venues: tuple[Venue, ...]) -> tuple[Venue, ...]:
    """Venues of the wanted kinds; who has a house of that kind stays in it, but the city library uses all branches."""
    usable = tuple(venue for venue in venues if venue.kind in programme.venue_kinds)
    own = tuple(venue for venue in usable if venue.host == programme.publisher)
    return usable if programme.publisher == "city_library" else own or usable
