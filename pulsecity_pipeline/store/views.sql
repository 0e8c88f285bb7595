-- Views of the warehouse. Names carry a schema but never a database: the file is renamed after it is built.
-- "Now" is the latest published night of the city, never the clock: the same file answers the same for ever.

CREATE VIEW latest_nights AS
SELECT city_id, max(night) AS night, max(published_at) AS published_at
FROM ops.published
WHERE city_id NOT IN ('interactions', 'promotion')
GROUP BY city_id;
COMMENT ON VIEW latest_nights IS 'One row per published city: its latest night, which all other views take as now.';

CREATE VIEW events_active AS
SELECT
  e.city_id, e.event_id, e.title, e.category, e.subcategory, e.starts_on, e.starts_local, e.ends_on, e.ends_local,
  e.starts_at, e.ends_at, e.timezone, e.time_precision, e.all_day, e.status, e.sale_status, e.attendance_mode,
  e.venue_id, coalesce(v.name, e.venue_name) AS venue_name, e.address, e.latitude, e.longitude,
  e.price_min, e.price_max, e.currency, e.is_free, e.performers, e.organizer, e.url, e.image_url, e.series_key,
  e.source_count, f.attendance_p10, f.attendance_p50, f.attendance_p90, r.position, r.impact, r.impact_level,
  n.night
FROM clean.events AS e
JOIN latest_nights AS n USING (city_id)
LEFT JOIN clean.venues AS v ON v.venue_id = e.venue_id
LEFT JOIN features.events AS f ON f.event_id = e.event_id
LEFT JOIN rankings.events AS r ON r.city_id = e.city_id AND r.night = n.night AND r.event_id = e.event_id
WHERE e.status NOT IN ('cancelled', 'postponed');
COMMENT ON VIEW events_active IS 'One row per canonical event that is neither cancelled nor postponed, with venue name, estimated attendance and latest impact.';

CREATE VIEW events_upcoming AS
SELECT * FROM events_active WHERE coalesce(ends_on, starts_on) >= night;
COMMENT ON VIEW events_upcoming IS 'Active events whose last known day is the city''s latest night or later; without a known date an event is in events_active only.';

CREATE MACRO events_on(city, day) AS TABLE
SELECT * FROM events_active
WHERE city_id = city AND CAST(day AS DATE) BETWEEN starts_on AND coalesce(ends_on, starts_on)
ORDER BY starts_local NULLS FIRST, impact DESC NULLS LAST, event_id;
COMMENT ON MACRO TABLE events_on IS 'Active events of a city on a local date, those of several days on each: FROM events_on(''us-ca-davis'', ''2026-08-29'').';

CREATE VIEW event_sources AS
SELECT
  k.city_id, k.event_id, e.title AS event_title, l.listing_id, l.source, l.feed, l.title AS listing_title, l.starts_local,
  l.venue_name, l.status, l.url, k.match_probability, k.evidence, k.linked_at, l.first_seen_at, l.last_seen_at,
  l.gone_at, l.pull_city_id, l.page_id, l.pointer, p.url AS page_url, p.pulled_at
FROM clean.event_listings AS k
JOIN clean.events AS e ON e.event_id = k.event_id
JOIN clean.listings AS l ON l.listing_id = k.listing_id
LEFT JOIN raw.pages AS p ON p.page_id = l.page_id
QUALIFY row_number() OVER (
  PARTITION BY k.event_id, k.listing_id ORDER BY (l.pull_city_id = k.city_id) DESC, l.pull_city_id
) = 1;
COMMENT ON VIEW event_sources IS 'One row per event and listing: who says so, why it was linked, and the raw page. A listing pulled by two cities'' runs is shown as the event''s own city has it.';

CREATE VIEW rankings_latest AS
SELECT r.*, e.title, e.category, e.starts_on, e.starts_local, e.venue_name, e.url
FROM rankings.events AS r
JOIN latest_nights AS n ON n.city_id = r.city_id AND n.night = r.night
LEFT JOIN clean.events AS e ON e.event_id = r.event_id;
COMMENT ON VIEW rankings_latest IS 'Ranking of each city''s latest night, with what the event is.';

CREATE VIEW city_pulse_latest AS
SELECT p.*
FROM metrics.city_pulse AS p
JOIN latest_nights AS n ON n.city_id = p.city_id AND n.night = p.night;
COMMENT ON VIEW city_pulse_latest IS 'The coming weeks of each city, seen from its latest night.';

CREATE VIEW source_health_latest AS
SELECT h.*
FROM metrics.source_health AS h
JOIN latest_nights AS n ON n.city_id = h.city_id AND n.night = h.night;
COMMENT ON VIEW source_health_latest IS 'How each feed fared in its city''s latest night.';

CREATE VIEW rejects_open AS
SELECT r.*, p.url AS page_url, p.pulled_at
FROM clean.rejects AS r
LEFT JOIN raw.pages AS p ON p.page_id = r.page_id
WHERE r.replayed_at IS NULL;
COMMENT ON VIEW rejects_open IS 'Records and pages refused and not replayed since, with the page they came from.';

CREATE VIEW id_redirects AS
SELECT DISTINCT city_id, night, entity, op, from_id, to_id, reason
FROM (
  SELECT city_id, night, entity, op, unnest(from_ids) AS from_id, to_ids[1] AS to_id, reason
  FROM clean.ledger
  WHERE op IN ('merge', 'redirect')
)
WHERE from_id <> to_id;
COMMENT ON VIEW id_redirects IS 'One row per old id of an event or venue: the id that took its place, when and why. One step; follow to_id for the next.';

CREATE MACRO events_as_known(moment) AS TABLE
WITH
  later AS (SELECT * FROM clean.changes WHERE known_at > CAST(moment AS TIMESTAMP WITH TIME ZONE)),
  -- Of each event the first coming or going since: what comes after it is another life.
  turns AS (
    SELECT city_id, event_id, op, night, old AS last_values
    FROM later
    WHERE op IN ('created', 'archived', 'removed')
    QUALIFY row_number() OVER (PARTITION BY city_id, event_id ORDER BY night, seq) = 1
  ),
  -- Of each field the first change since: its old value held at the moment.
  first_changes AS (
    SELECT c.city_id, c.event_id, c.field, c.old
    FROM later AS c
    LEFT JOIN turns AS t USING (city_id, event_id)
    WHERE c.field IS NOT NULL AND (t.night IS NULL OR c.night <= t.night)
    QUALIFY row_number() OVER (PARTITION BY c.city_id, c.event_id, c.field ORDER BY c.night, c.seq) = 1
  ),
  held AS (
    SELECT e.*, NULL::VARCHAR AS last_values FROM clean.events AS e ANTI JOIN turns AS t USING (city_id, event_id)
    UNION ALL BY NAME
    SELECT p.* EXCLUDE (night)
    FROM clean.past_events AS p
    JOIN turns AS t ON t.city_id = p.city_id AND t.event_id = p.event_id AND t.night = p.night AND t.op = 'archived'
    UNION ALL BY NAME
    SELECT city_id, event_id, last_values FROM turns WHERE op = 'removed'
  ),
  known AS (
    SELECT
      h.* EXCLUDE (last_values, last_seen_at, updated_at, content_hash),
      map_concat(
        coalesce(CAST(CAST(h.last_values AS JSON) AS MAP(VARCHAR, VARCHAR)), MAP {}), coalesce(f.olds, MAP {})
      ) AS olds
    FROM held AS h
    LEFT JOIN (
      SELECT city_id, event_id, map_from_entries(list((field, old))) AS olds FROM first_changes GROUP BY ALL
    ) AS f USING (city_id, event_id)
  )
SELECT
  CASE
    WHEN map_contains(olds, alias(COLUMNS(* EXCLUDE (olds, sources, performers))))
    THEN cast_to_type(
      olds[alias(COLUMNS(* EXCLUDE (olds, sources, performers)))],
      COLUMNS(* EXCLUDE (olds, sources, performers))
    )
    ELSE COLUMNS(* EXCLUDE (olds, sources, performers))
  END,
  CASE
    WHEN map_contains(olds, alias(COLUMNS(['sources', 'performers'])))
    THEN CAST(CAST(olds[alias(COLUMNS(['sources', 'performers']))] AS JSON) AS VARCHAR[])
    ELSE COLUMNS(['sources', 'performers'])
  END
FROM known
ORDER BY city_id, event_id;
COMMENT ON MACRO TABLE events_as_known IS 'clean.events as known at a past moment: FROM events_as_known(''2026-08-22''). A moment without a zone is read in the session''s (SET TimeZone). Without the columns that move on their own: last_seen_at, updated_at, content_hash.';

CREATE VIEW current_ids AS
WITH RECURSIVE
  alive AS (SELECT event_id AS id FROM clean.events UNION ALL SELECT venue_id FROM clean.venues),
  decided AS (
    SELECT entity, city_id, unnest(from_ids) AS from_id, to_ids[1] AS to_id, (night, seq, city_id) AS turn
    FROM clean.ledger WHERE op IN ('merge', 'redirect')
  ),
  moves AS (
    SELECT entity, from_id, arg_max(to_id, turn) AS to_id, arg_max(city_id, turn) AS city_id
    FROM decided WHERE from_id <> to_id GROUP BY entity, from_id
  ),
  walk AS (
    SELECT entity, city_id, from_id AS old_id, from_id AS current_id, [from_id] AS path FROM moves
    UNION ALL
    SELECT w.entity, m.city_id, w.old_id, m.to_id, list_append(w.path, m.to_id)
    FROM walk AS w
    JOIN moves AS m ON m.entity = w.entity AND m.from_id = w.current_id
    WHERE NOT list_contains(w.path, m.to_id) AND w.current_id NOT IN (SELECT id FROM alive)
  )
SELECT entity, city_id, old_id, current_id, len(path) - 1 AS steps, path
FROM walk
QUALIFY row_number() OVER (PARTITION BY entity, old_id ORDER BY len(path) DESC) = 1;
COMMENT ON VIEW current_ids IS 'One row per id of an event or venue that was ever merged or redirected: the id it goes by now, all steps followed (path, oldest first). An id that came back to life is its own.';

CREATE VIEW cities_overview AS
WITH
  events AS (SELECT city_id, count(*) AS event_count FROM clean.events GROUP BY city_id),
  upcoming AS (
    SELECT city_id, count(*) AS upcoming_count, min(starts_on) FILTER (starts_on >= night) AS next_on,
           arg_min(title, position) AS top_event
    FROM events_upcoming GROUP BY city_id
  ),
  venues AS (SELECT city_id, count(*) AS venue_count FROM clean.venues GROUP BY city_id),
  listings AS (SELECT pull_city_id AS city_id, count(*) AS listing_count FROM clean.listings GROUP BY pull_city_id),
  rejects AS (SELECT pull_city_id AS city_id, count(*) AS open_reject_count FROM rejects_open GROUP BY pull_city_id),
  feeds AS (
    SELECT city_id, count(*) AS feed_count, count(*) FILTER (state <> 'healthy') AS unwell_feed_count
    FROM source_health_latest GROUP BY city_id
  ),
  pulse AS (
    SELECT city_id, pulse AS week_pulse FROM city_pulse_latest
    WHERE week_on = CAST(date_trunc('week', night) AS DATE)
  )
SELECT
  n.city_id, n.night, coalesce(event_count, 0) AS event_count, coalesce(upcoming_count, 0) AS upcoming_count, next_on,
  top_event, coalesce(venue_count, 0) AS venue_count, coalesce(listing_count, 0) AS listing_count,
  coalesce(open_reject_count, 0) AS open_reject_count, coalesce(feed_count, 0) AS feed_count,
  coalesce(unwell_feed_count, 0) AS unwell_feed_count, week_pulse
FROM latest_nights AS n
LEFT JOIN events USING (city_id)
LEFT JOIN upcoming USING (city_id)
LEFT JOIN venues USING (city_id)
LEFT JOIN listings USING (city_id)
LEFT JOIN rejects USING (city_id)
LEFT JOIN feeds USING (city_id)
LEFT JOIN pulse USING (city_id);
COMMENT ON VIEW cities_overview IS 'One row per published city: how much is known, what comes next, and how its feeds are. week_pulse is null until the week has one.';
