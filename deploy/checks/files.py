"""Each file by the tool that its readers use."""

import json
import os
import re
import subprocess

import yaml
from ground import DEPLOY, ROOT, Failed, check, clean_environment, expect, free_port, settings_of_reference


@check("Dockerfile: hadolint")
def dockerfile(ground):
    ground.run("hadolint", DEPLOY / "docker/Dockerfile")


@check("Dockerfile: the context holds what the build reads")
def context(ground):
    folder = ground.folder("context")
    for line in (ROOT / ".dockerignore").read_text().split():
        if line.startswith("!"):
            source, target = ROOT / line[1:], folder / line[1:]
            expect(source.exists(), f".dockerignore lets {line[1:]} in, which does not exist")
            target.parent.mkdir(parents=True, exist_ok=True)
            os.symlink(source, target)
    told = subprocess.run(
        ["cargo", "metadata", "--locked", "--offline", "--no-deps", "--format-version", "1"],
        cwd=folder, capture_output=True, text=True,
    )
    expect(told.returncode == 0, f"cargo cannot read the context:\n{told.stderr}")
    for package in json.loads(told.stdout)["packages"]:
        for target in package["targets"]:
            is_test = target["kind"] == ["test"]
            expect(is_test or os.path.exists(target["src_path"]), f"{target['src_path']} is not in the context")


@check("the image and the chart have the version of the program")
def versions(ground):
    version = ground.run(str(ground.janua), "version").split()[1]
    chart = yaml.safe_load((DEPLOY / "kubernetes/janua-api/Chart.yaml").read_text())
    image = re.search(r"^ARG VERSION=(.*)$", (DEPLOY / "docker/Dockerfile").read_text(), re.MULTILINE)[1]
    expect({chart["version"], chart["appVersion"], image} == {version}, f"{chart} {image}, and the program is {version}")


@check("all YAML: yamllint")
def all_yaml(ground):
    places = ["compose", "cloudflared", "monitoring", "kubernetes/kustomize", "kubernetes/janua-api/values.yaml",
              "kubernetes/janua-api/Chart.yaml", "checks"]
    ground.run("yamllint", "--strict", "-c", DEPLOY / "checks/yamllint.yaml", *(DEPLOY / it for it in places))


@check("scripts: shellcheck")
def shell(ground):
    ours = [DEPLOY / "docker/rootfs", DEPLOY / "checks/boot", ROOT / "scripts/deployment-programs", ROOT / "scripts/docs"]
    ground.run("shellcheck", *ours)


@check("Compose: the schema of its specification")
def compose_schema(ground):
    ground.run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", DEPLOY / "compose/compose.yaml")


@check("Compose: what it depends on is there and tells how it is")
def compose_sense(ground):
    del ground
    told = yaml.safe_load((DEPLOY / "compose/compose.yaml").read_text())
    services = told["services"]
    for name, needed in services["janua"]["depends_on"].items():
        expect(needed["condition"] == "service_healthy", f"janua does not wait for {name} to be healthy")
        expect("healthcheck" in services[name], f"{name} does not tell how it is")
    for name, service in services.items():
        for port in service.get("ports", []):
            expect(port.startswith("127.0.0.1:"), f"{name} listens beyond this machine: {port}")
        image = service["image"]
        expect("build" in service or ":" in image, f"{name} takes whatever {image} is today")
    expect(services["janua"]["read_only"], "the root of janua can be written")
    build = services["janua"]["build"]
    where = (DEPLOY / "compose" / build["context"]).resolve()
    expect((where / build["dockerfile"]).is_file(), f"{build['dockerfile']} is not in {where}")


@check("systemd: the unit")
def unit(ground):
    text = (DEPLOY / "systemd/janua.service").read_text()
    folder = ground.folder("unit")
    # The program is somewhere else here, and nowhere on a machine that only checks.
    (folder / "janua.service").write_text(text.replace("/usr/local/bin/janua", str(ground.janua)))
    done = subprocess.run(
        [ground.program("systemd-analyze"), "verify", "--man=no", folder / "janua.service"],
        capture_output=True, text=True,
    )
    complaints = [it for it in done.stderr.splitlines() if "janua.service" in it]
    expect(done.returncode == 0 and not complaints, done.stdout + done.stderr)


@check("systemd: exposure below 1.5")
def hardened(ground):
    told = ground.run(
        "systemd-analyze", "security", "--offline=true", "--threshold=15", DEPLOY / "systemd/janua.service"
    )
    if "SystemCallFilter=~@privileged" not in told:
        raise Failed(f"systemd did not judge the unit:\n{told}")


@check("every setting that is named exists")
def names(ground):
    del ground
    known = settings_of_reference()
    expect(len(known) > 150, f"only {len(known)} settings were found in the reference")
    wrong = []
    known |= {"POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB"}
    known |= set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs/reference/errors.md").read_text()))
    for path in sorted(DEPLOY.rglob("*")):
        if not path.is_file() or "checks" in path.parts or path.suffix == ".json":
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            named = re.findall(r"\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b", line)
            for name in named:
                if name not in known and not name.startswith("AF_"):
                    wrong.append(f"{path.relative_to(ROOT)}:{number}: {name}")
    expect(not wrong, "no settings of Janua:\n" + "\n".join(wrong))


def config_check(ground, environment, what):
    """Has the server's settings read as the container's health check does, which reads all and then finds nobody."""
    done = subprocess.run(
        [ground.janua, "health"], cwd=ground.folder("settings"),
        env=clean_environment(**environment) | {"PORT": str(free_port())}, capture_output=True, text=True,
    )
    expect("does not answer" in done.stderr, f"{what} is refused:\n{done.stdout}{done.stderr}")


def env_file(path):
    lines = (line.strip() for line in path.read_text().splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@check("Compose: its settings are accepted")
def compose_settings(ground):
    told = yaml.safe_load((DEPLOY / "compose/compose.yaml").read_text())["services"]["janua"]["environment"]
    config_check(ground, {k: re.sub(r"\$\{\w+:-(.*?)\}", r"\1", v) for k, v in told.items()}, "Compose")


@check("systemd: its settings are accepted")
def systemd_settings(ground):
    settings = env_file(DEPLOY / "systemd/janua.env.example")
    for line in (DEPLOY / "systemd/janua.service").read_text().splitlines():
        if line.startswith("Environment="):
            settings.update(it.split("=", 1) for it in line.removeprefix("Environment=").split())
    key = ground.folder("key") / "master.key"
    key.write_text("a key of at least thirty-two bytes, for this check")
    settings["JANUA_MASTER_KEY_FILE"] = str(key)
    config_check(ground, settings, "the unit with its example")
