"""Who is at which host: the sites by host and source, and what each host's robots.txt says."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from pulsecity_pipeline.sandbox.chance import derive_keys, draw_index, key_of
from pulsecity_pipeline.sandbox.serving.protocol import SANDBOX_HOST_SUFFIX, Dialect, Reply, Request, Site
from pulsecity_pipeline.sandbox.serving.refusals import TEXT, not_found

#: What answers at a host that no dialect speaks for; None is 404.
Route = Callable[[Request], Reply | None]

#: Nothing the pipeline asks for is forbidden; the last one is no file at all.
_ROBOTS: Final = ("User-agent: *\nAllow: /\n", "User-agent: *\nDisallow: /wp-admin/\n", None)


class HostBook:
    """Finds the dialect and the site that a request asks."""

    def __init__(self, sites: Iterable[Site], dialects: Mapping[str, Dialect], routes: Mapping[str, Route]) -> None:
        """Raises KeyError for a site whose source no dialect speaks for."""
        self._routes = dict(routes)
        by_host: defaultdict[str, defaultdict[str, list[Site]]] = defaultdict(lambda: defaultdict(list))
        for site in sites:
            by_host[site.host.lower()][site.source].append(site)
        self._hosts = {
            host: [(dialects[source], found) for source, found in by_source.items()]
            for host, by_source in by_host.items()
        }

    def find(self, request: Request) -> tuple[Dialect, Site] | None:
        """The dialect and the site; None where nobody is there."""
        for dialect, sites in self._hosts.get(request.host, ()):
            site = dialect.find_site(request, sites)
            if site is not None:
                return dialect, site
        return None

    def route(self, request: Request) -> Reply | None:
        """The answer of an extra route; None where there is none at this host, or it has no answer."""
        route = self._routes.get(request.host)
        return None if route is None else route(request)

    def robots(self, host: str) -> Reply:
        """What a host's robots.txt says; 404 where it has none, or nobody is there."""
        text = _ROBOTS[int(draw_index(derive_keys(key_of(host)), "robots", len(_ROBOTS))[0])]
        is_known = host in self._hosts or host in self._routes
        if text is None or not is_known or not host.endswith(SANDBOX_HOST_SUFFIX):
            return not_found()
        return Reply(text.encode(), TEXT)
