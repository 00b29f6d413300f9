"""Bring up the database, run each measurement several times, print the medians."""

import argparse
import os
import statistics

from tests.databases import DURABLE, postgresql


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="how often each is measured (5)")
    parser.add_argument("--tickets", type=int, default=40, help="tickets settled, and offers paid, in each run (40)")
    parser.add_argument("--requests", type=int, default=320, help="requests sent over HTTP in each run (320)")
    parser.add_argument("--history", type=int, default=20_000, help="ended tickets in the large market (20000)")
    options = parser.parse_args()
    with postgresql(DURABLE) as url:
        os.environ |= {"DATABASE_URL": url, "SECRET_KEY": "bench", "DJANGO_SETTINGS_MODULE": "console.settings"}
        prepare()
        from tests.bench import api, export, http, live, offers, pages, settle

        for name, is_loaded in (("", True), (", loading it first,", False)):
            last_leg = [settle.run(options, is_loaded=is_loaded) for _ in range(options.runs)]
            report(f"fund a ticket's last leg{name} by verb / by plain driver", "per second, more is better", last_leg)
        settle.check()
        for name, work in (("create a transfer offer", offers.run_create), ("accept and pay one", offers.run_pay)):
            figures = [work(options) for _ in range(options.runs)]
            report(f"{name}, by verbs / by plain driver", "per second, more is better", figures)
        for name, script in (("create", offers.CREATE), ("accept and pay", offers.PAY)):
            figures = [offers.run_beside_pgbench(name, script, options) for _ in range(options.runs)]
            report(f"{name} a transfer offer, by verbs / by pgbench", "per second, more is better", figures)
        offers.check()
        with http.server() as port:
            for name, work in (("draft a ticket of two legs", api.run_create), ("fund a ticket", api.run_fund)):
                work(port, options)  # the first of each thread prepare their statements
                figures = [work(port, options) for _ in range(options.runs)]
                at = f"at {http.CONNECTIONS} connections"
                report(f"{name} over HTTP / by pgbench, {at}", "per second, more is better", figures)
        settle.check()
        live.prepare()
        for name, ask in (("quiet", live.run_quiet), ("busy", live.run_others), ("own changes", live.run_changed)):
            times = [ask(options) for _ in range(options.runs)]
            report(f"what changed? in a market with {name} / the dashboard itself", "ms of CPU, less is better", times)
        found = [api.run_search(options) for _ in range(options.runs)]
        report(f"search by the API, {options.history} ended tickets / {pages.FEW}", "ms, 1 is best", found)
        for name in pages.PAGES:
            times = [pages.compare(name, options) for _ in range(options.runs)]
            report(f"{name}, {options.history} ended tickets / {pages.FEW}", "ms, 1 is best", times)
        files = [export.run(options) for _ in range(options.runs)]
        for number, unit in enumerate(("MB at the peak", "ms per 1,000 lines")):
            figures = [each[number] for each in files]
            report(
                f"history as a file, of {options.history} ended tickets / {pages.FEW}", f"{unit}, 1 is best", figures
            )


def set_up() -> None:
    import django
    from django.conf import settings

    django.setup()
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


def prepare() -> None:
    set_up()
    from django.conf import settings
    from django.core.management import call_command

    name = settings.DATABASES["default"]["NAME"]
    create_database(name)
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)


def create_database(name: str) -> None:
    import psycopg
    from django.conf import settings

    database = settings.DATABASES["default"]
    with psycopg.connect(host=database["HOST"], user=database["USER"], dbname="postgres", autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')


def report(name: str, unit: str, pairs: list[tuple[float, float]]) -> None:
    figure, baseline = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    print(f"{name}: {figure:.1f} / {baseline:.1f}, ratio {ratio:.2f} ({unit}; median of {len(pairs)} runs)")


if __name__ == "__main__":
    main()
