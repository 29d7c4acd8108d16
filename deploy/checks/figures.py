"""Alerts and dashboard: by Prometheus' own tools, and against what a running server tells."""

import json
import re
import subprocess
import urllib.parse

import yaml
from ground import (
    DEPLOY, PASSWORD, ROOT, check, expect, free_port, is_up, person, request, running, server, until,
)

MONITORING = DEPLOY / "monitoring"

# A webhook on this machine, where nobody listens.
ALLOWED = {"OUTBOUND_ALLOWED_NETWORKS": "127.0.0.1/32"}


@check("Prometheus: configuration and rules")
def rules(ground):
    ground.run("promtool", "check", "config", MONITORING / "prometheus.yml")
    ground.run("promtool", "check", "rules", MONITORING / "rules.yaml")


@check("Prometheus: alerts fire, and do not fire")
def alerts(ground):
    ground.run("promtool", "test", "rules", MONITORING / "rules-test.yaml")


def dashboard():
    return json.loads((MONITORING / "dashboard.json").read_text())


def expressions():
    """All that is asked of Prometheus, with where it stands."""
    found = []
    for panel in dashboard()["panels"]:
        for target in panel.get("targets", []):
            found.append((f"panel {panel['title']!r}", target["expr"]))
    for group in yaml.safe_load((MONITORING / "rules.yaml").read_text())["groups"]:
        found += [(f"alert {rule['alert']}", rule["expr"]) for rule in group["rules"]]
    return found


def figures_of(text):
    return set(re.findall(r"\b((?:janua|process)_[a-z_]+)", text))


@check("Grafana: the dashboard holds together")
def panels(ground):
    del ground
    told = dashboard()
    for key in ("title", "uid", "schemaVersion", "templating", "time"):
        expect(told.get(key), f"it has no {key}")
    ids = [it["id"] for it in told["panels"]]
    expect(len(set(ids)) == len(ids), "two panels have one id")
    taken = set()
    variables = {it["name"] for it in told["templating"]["list"]}
    for panel in told["panels"]:
        place = panel["gridPos"]
        expect(place["x"] + place["w"] <= 24, f"{panel['title']!r} is wider than the page")
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"])
                 for y in range(place["y"], place["y"] + place["h"])}
        expect(not cells & taken, f"{panel['title']!r} lies on another panel")
        taken |= cells
        for target in panel.get("targets", []):
            expect(target["datasource"]["uid"] == "${datasource}", f"{panel['title']!r} asks a source of its own")
            used = set(re.findall(r"\$\{?(\w+)\}?", target["expr"])) - {"__rate_interval"}
            expect(used <= variables, f"{panel['title']!r} uses {used - variables}")
    return f"{len(ids)} panels"


@check("Grafana: the dashboard has the shape of Grafana's own types")
def shape(ground):
    folder = ground.folder("grafana")
    text = (MONITORING / "dashboard.json").read_text().replace('"mode": "absolute"', '"mode": ThresholdsMode.Absolute')
    program = "import { type Dashboard, ThresholdsMode } from '@grafana/schema';\nexport const it: Dashboard = "
    (folder / "dashboard.ts").write_text(program + text)
    (folder / "node_modules").symlink_to(ground.programs / "node_modules")
    options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "esnext", "--moduleResolution", "bundler"]
    compiler = ground.programs / "node_modules/typescript/bin/tsc"
    done = subprocess.run(
        ["node", compiler, *options, "dashboard.ts"], cwd=folder, capture_output=True, text=True
    )
    expect(done.returncode == 0, f"Grafana would read it in another way:\n{done.stdout}")


def busy(port, folder, ground):
    """Lets some of everything happen, once."""
    person(ground, folder, "--admin")
    for password, expected in [("not-the-password-at-all", 401), (PASSWORD, 200)]:
        tokens = signed_in(port, password, expected)
    mine = {"Authorization": f"Bearer {tokens['access_token']}"}

    def done(path, body, expected=(200, 201, 202)):
        status, _, text = request(port, "POST", f"/api/v1{path}", body, mine)
        expect(status in expected, f"{path} was answered {status}: {text}")
        return json.loads(text)

    done("/auth/refresh", {"refresh_token": tokens["refresh_token"]})
    done("/auth/password/forgot", {"email": "ada@example.com"})
    done("/mfa/sms/enable", {"phone_number": "+12025550123"})
    hook = done("/webhooks", {"url": "https://127.0.0.1:1/", "events": ["user.registered"]})
    done(f"/webhooks/{hook['id']}/test", {})


def signed_in(port, password=PASSWORD, expected=200):
    body = {"email": "ada@example.com", "password": password}
    status, _, text = request(port, "POST", "/api/v1/auth/login", body)
    expect(status == expected, f"the sign-in was answered {status}: {text}")
    return json.loads(text).get("tokens")


def names_told(text):
    names = set()
    for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE):
        names |= {f"{name}_{it}" for it in ("bucket", "sum", "count")} if kind == "histogram" else {name}
    return names


def in_the_code():
    """Figures that are told only once they have happened: all that the code registers."""
    text = "".join(it.read_text() for it in (ROOT / "crates/janua/src/metrics").glob("*.rs"))
    names = re.findall(r'register\(\s*"([a-z_]+)"', text)
    return {f"janua_{it}{suffix}" for it in names for suffix in ("", "_total")}


@check("every figure of the alerts and the dashboard is told by a running server")
def known(ground):
    # A Redis that is away, so that the breaker before it has something to tell.
    with server(ground, REDIS_URL="redis://127.0.0.1:1", **ALLOWED) as (port, folder, _):
        busy(port, folder, ground)
        told = until(lambda: mails_told(request(port, "GET", "/metrics")[2]), "a mail")
    asked_for = {it: where for where, text in expressions() for it in figures_of(text)}
    rare = set(asked_for) - told
    wrong = [f"{asked_for[it]}: {it}" for it in rare - in_the_code()]
    expect(not wrong, "nobody tells " + "; ".join(wrong))
    expect(len(rare) <= 3, f"hardly anything is told: {sorted(rare)}")
    short = {re.sub(r"_(bucket|sum|count)$", "", it) for it in asked_for}
    ours = {re.sub(r"_(bucket|sum|count)$", "", it) for it in told if it.startswith("janua_")}
    expect(ours <= short, f"told, and neither shown nor watched: {sorted(ours - short)}")
    return f"{len(set(asked_for) & told)} told" + (f"; in the code alone: {', '.join(sorted(rare))}" if rare else "")


def mails_told(text):
    names = names_told(text)
    return names if "janua_mails_total" in names else None


@check("every expression gives something in a real Prometheus")
def evaluated(ground):
    folder, port = ground.folder("prometheus"), free_port()
    with server(ground, RATE_LIMIT_ENABLED="false", **ALLOWED) as (target, where, _):
        config = yaml.safe_load((MONITORING / "prometheus.yml").read_text())
        config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
        config["rule_files"] = [str(MONITORING / "rules.yaml")]
        config["scrape_configs"][0]["static_configs"][0]["targets"] = [f"127.0.0.1:{target}"]
        (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
        command = [ground.program("prometheus"), f"--config.file={folder}/prometheus.yml",
                   f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{port}"]
        busy(target, where, ground)
        with running(command, folder / "log"):
            until(lambda: is_up(port, "/-/ready"), "Prometheus")
            counted = "sum(increase(janua_sign_ins_total{outcome='success'}[1m]))"
            until(lambda: signed_in(target) and value(port, counted), "figures that grow")
            told = names_told(request(target, "GET", "/metrics")[2])
            empty, full = [], 0
            for at, text in expressions():
                found = asked(port, text.replace("$__rate_interval", "1m").replace("$instance", ".*"), at)
                full += bool(found)
                if not found and at.startswith("panel") and figures_of(text) <= told:
                    empty.append(f"{at}: {text}")
            expect(not empty, "nothing comes of\n" + "\n".join(empty))
            wrong = [it for group in answer(port, "/api/v1/rules")["groups"] for it in group["rules"]
                     if it["health"] == "err"]
            expect(not wrong, f"{wrong}")
    return f"{full} of {len(expressions())} with values; the others wait for trouble"


def answer(port, path):
    status, _, text = request(port, "GET", path)
    told = json.loads(text)
    expect(status == 200 and told["status"] == "success", f"{path}: {text}")
    return told["data"]


def asked(port, expression, at=""):
    path = "/api/v1/query?" + urllib.parse.urlencode({"query": expression})
    status, _, text = request(port, "GET", path)
    expect(status == 200, f"{at}: {expression}\n{text}")
    return json.loads(text)["data"]["result"]


def value(port, expression):
    found = asked(port, expression)
    return found and float(found[0]["value"][1]) > 0
