"""The asset graph changes only on purpose."""

from pulsecity_pipeline.definitions import defs
from pulsecity_pipeline.sources.registry import SOURCES

RAW = [f"raw/{name}" for name in SOURCES]

GRAPH: dict[str, list[str]] = {
    "clean/artist_facts": ["clean/events"],
    "clean/changes": ["clean/listings"],
    "clean/event_listings": ["clean/listings"],
    "clean/events": ["clean/listings"],
    "clean/interaction_rejects": ["raw/interaction_drops"],
    "clean/interactions": ["raw/interaction_drops"],
    "clean/ledger": ["clean/listings"],
    "clean/listings": RAW,
    "clean/match_evidence": ["clean/listings"],
    "clean/past_events": ["clean/listings"],
    "clean/past_listings": RAW,
    "clean/rejects": RAW,
    "clean/samples": ["clean/events"],
    "clean/venues": ["clean/listings"],
    "features/city_days": ["clean/events", "clean/venues"],
    "features/events": ["clean/events", "clean/venues"],
    "features/holidays": [],
    "features/venue_places": ["clean/venues"],
    "features/weather": [],
    "clean/promotion_rejects": [],
    "clean/promotion_spend": [],
    "maintenance": [],
    "metrics/city_pulse": ["clean/events", "features/events"],
    "metrics/funnels": ["clean/interactions"],
    "metrics/identity": ["clean/listings"],
    "metrics/nights": RAW,
    "metrics/run_costs": ["rankings/events"],
    "metrics/source_health": RAW,
    "ops/publish_diffs": [
        "clean/changes",
        "clean/event_listings",
        "clean/ledger",
        "clean/match_evidence",
        "clean/past_events",
        "clean/past_listings",
        "clean/rejects",
        "features/city_days",
        "metrics/city_pulse",
        "metrics/identity",
        "metrics/nights",
        "metrics/source_health",
        "rankings/events",
        "raw/records",
    ],
    "ops/published": ["metrics/run_costs", "ops/publish_diffs"],
    "rankings/events": ["clean/events", "features/events"],
    "raw/interaction_drops": [],
    "raw/records": RAW,
    **{key: [] for key in RAW},
    "warehouse": ["ops/published"],
}


def test_keys_and_dependencies() -> None:
    graph = defs.resolve_asset_graph()
    found = {
        key.to_user_string(): sorted(parent.to_user_string() for parent in graph.get(key).parent_keys)
        for key in graph.get_all_asset_keys()
    }
    assert found == GRAPH


def test_every_asset_says_what_it_is() -> None:
    graph = defs.resolve_asset_graph()
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description or key.path == ["warehouse"], key
        assert node.group_name != "default"
        assert node.owners
