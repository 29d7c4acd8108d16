"""The chart, the Kustomize example and the tunnel, rendered by the real programs and held against real schemas."""

import json
import subprocess

import yaml
from files import config_check, env_file
from ground import DEPLOY, Failed, check, expect

KUBERNETES = DEPLOY / "kubernetes"
CHART = KUBERNETES / "janua-api"
VALUES = KUBERNETES / "kustomize/base/values.yaml"
VERSIONS = ["1.29.1", "1.33.1", "1.37.0"]
EVERYTHING = [
    "serviceMonitor.enabled=true", "prometheusRule.enabled=true", "dashboard.enabled=true", "ingress.enabled=true",
    "ingress.host=id.example.com", "ingress.tlsSecret=id-tls", "waitForDatabase.enabled=true",
    "config.TRUSTED_PROXIES=10.0.0.0/8",
]


def rendered(ground, *settings, values=VALUES, accept=(0,)):
    more = [it for setting in settings for it in ("--set", setting)]
    return ground.helm("template", "janua-api", CHART, "-n", "janua", "-f", values, *more, accept=accept)


def documents(text):
    return [it for it in yaml.safe_load_all(text) if it]


def one(text, kind, name="janua-api"):
    found = [it for it in documents(text) if it["kind"] == kind and it["metadata"]["name"] == name]
    expect(len(found) == 1, f"{len(found)} of {kind} {name}")
    return found[0]


def valid(ground, text):
    """Holds manifests against the schemas of Kubernetes, and those of the Prometheus operator against its own."""
    ours, theirs = [], []
    for it in documents(text):
        (theirs if it["apiVersion"].startswith("monitoring.coreos.com") else ours).append(it)
    folder = ground.folder("manifests")
    path = folder / "ours.yaml"
    path.write_text(yaml.safe_dump_all(ours))
    for version in VERSIONS:
        ground.run("kubernetes-validate", "-k", version, "--strict", "--quiet", path)
    names = {(it["kind"], it["metadata"].get("namespace"), it["metadata"]["name"]) for it in ours + theirs}
    expect(len(names) == len(ours + theirs), "two manifests have one name")
    operator(ground, theirs)


def operator(ground, manifests):
    if not manifests:
        return
    script = "".join(
        f"import {{ {kind} }} from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/{kind}';"
        for kind in ("ServiceMonitor", "PrometheusRule")
    )
    script += "const all = { ServiceMonitor, PrometheusRule };"
    script += f"for (const it of {json.dumps(manifests)}) new all[it.kind](it).validate();"
    done = subprocess.run(
        ["node", "--input-type=module", "-e", script], cwd=ground.programs, capture_output=True, text=True
    )
    expect(done.returncode == 0, f"the Prometheus operator would refuse it:\n{done.stderr}")


@check("Helm: lint")
def lint(ground):
    ground.helm("lint", "--strict", CHART, "-f", VALUES)


@check("Helm: the defaults, on Kubernetes " + ", ".join(it.rsplit(".", 1)[0] for it in VERSIONS))
def defaults(ground):
    valid(ground, rendered(ground))


@check("Helm: everything turned on")
def everything(ground):
    text = rendered(ground, *EVERYTHING)
    kinds = {it["kind"] for it in documents(text)}
    expect({"ServiceMonitor", "PrometheusRule", "Ingress"} <= kinds, f"only {kinds}")
    valid(ground, text)


@check("Helm: everything turned off")
def nothing(ground):
    off = ["autoscaling.enabled=false", "podDisruptionBudget.enabled=false", "networkPolicy.enabled=false",
           "migrate=false", "config.METRICS_PORT=null"]
    text = rendered(ground, *off)
    kinds = sorted(it["kind"] for it in documents(text))
    expect(kinds == ["ConfigMap", "Deployment", "Service"], f"{kinds}")
    expect(one(text, "Deployment")["spec"]["replicas"] == 2, "no replicas")
    valid(ground, text)


@check("Helm: wrong values are refused by the schema")
def refused(ground):
    for wrong in ["existingSecret=", "config.APP_BASE_URL=http://id.example.com", "replicaCount=0", "imagee.tag=1",
                  "config.JANUA_MASTER_KEY=secret-in-a-configmap", "ingress.enabled=true", "service.port=70000"]:
        try:
            rendered(ground, wrong)
        except Failed as failure:
            expect("schema" in str(failure), f"{wrong} is refused for another reason: {failure}")
        else:
            raise Failed(f"{wrong} is not refused")


@check("Helm: what the guide says of Kubernetes")
def guide(ground):
    text = rendered(ground, *EVERYTHING)
    deployment = one(text, "Deployment")
    pod = deployment["spec"]["template"]
    janua = pod["spec"]["containers"][0]
    expect(all(it["metadata"]["namespace"] == "janua" for it in documents(text)), "another namespace")
    expect(pod["metadata"]["labels"]["app"] == "janua-api", "kubectl logs -l app=janua-api finds nothing")
    expect(janua["resources"] == {"requests": {"memory": "256Mi", "cpu": "100m"},
                                  "limits": {"memory": "512Mi", "cpu": "500m"}}, f"{janua['resources']}")
    expect(janua["readinessProbe"]["httpGet"]["path"] == "/ready", "readiness")
    expect(one(text, "Service")["spec"]["ports"][0]["port"] == 4100, "the Service is not at port 4100")
    waiting, migrating = pod["spec"]["initContainers"]
    expect(waiting["command"][2] == "until nc -z postgres 5432; do sleep 1; done", f"{waiting}")
    expect(migrating["args"] == ["migrate", "up"], f"{migrating}")


@check("Helm: pods have no rights and write nowhere")
def rights(ground):
    spec = one(rendered(ground, *EVERYTHING), "Deployment")["spec"]["template"]["spec"]
    expect(spec["securityContext"]["runAsNonRoot"] and not spec["automountServiceAccountToken"], "root or a token")
    expect(spec["enableServiceLinks"] is False, "Services stand in the environment")
    for container in spec["initContainers"] + spec["containers"]:
        security = container["securityContext"]
        expect(security["readOnlyRootFilesystem"] and security["capabilities"]["drop"] == ["ALL"]
               and not security["allowPrivilegeEscalation"], f"{container['name']}: {security}")
    settings = one(rendered(ground), "ConfigMap")["data"]
    stop = int(settings["SHUTDOWN_DELAY_SECONDS"]) + int(settings["SHUTDOWN_GRACE_SECONDS"])
    expect(stop < spec["terminationGracePeriodSeconds"], "a pod is killed before it has stopped")
    probe = spec["containers"][0]["readinessProbe"]
    expect(probe["periodSeconds"] * probe["failureThreshold"] < int(settings["SHUTDOWN_DELAY_SECONDS"]),
           "a pod stops listening before anybody noticed that it is not ready")


@check("Helm: its settings are accepted")
def settings(ground):
    secret = ground.folder("values") / "values.yaml"
    secret.write_text(yaml.safe_dump({"secrets": {
        "DATABASE_URL": "postgres://janua:x@postgres/janua", "REDIS_URL": "redis://redis:6379",
        "JANUA_MASTER_KEY": "a key of at least thirty-two bytes, for this check"},
        "config": {"APP_BASE_URL": "https://id.example.com", "CACHE_MEMORY_BYTES": 33554432}}))
    text = rendered(ground, values=secret)
    told = one(text, "ConfigMap")["data"] | one(text, "Secret")["stringData"]
    expect(told["CACHE_MEMORY_BYTES"] == "33554432", f"a number became {told['CACHE_MEMORY_BYTES']}")
    config_check(ground, told, "the chart")


@check("Kustomize: the base is the chart, rendered")
def base(ground):
    kept = (KUBERNETES / "kustomize/base/janua-api.yaml").read_text()
    if kept != rendered(ground):
        raise Failed("base/janua-api.yaml is not what the chart renders; base/kustomization.yaml says how to render it")


@check("Kustomize: the example")
def kustomize(ground):
    folder = KUBERNETES / "kustomize/production"
    text = ground.kustomize(folder)
    valid(ground, text)
    pod = one(text, "Deployment")["spec"]["template"]["spec"]
    janua = pod["containers"][0]
    expect(janua["image"] == "registry.example.com/janua:1.0.0", janua["image"])
    secrets = [it["secretRef"]["name"] for it in janua["envFrom"] if "secretRef" in it]
    made = [it["metadata"]["name"] for it in documents(text) if it["kind"] == "Secret"]
    expect(secrets == made, f"the pod reads {secrets}, and there is {made}")
    told = one(text, "ConfigMap", [it["configMapRef"]["name"] for it in janua["envFrom"] if "configMapRef" in it][0])
    config_check(ground, told["data"] | env_file(folder / "secrets.env.example"), "the Kustomize example")


@check("Cloudflare Tunnel: manifests, and an ingress that leads to the chart's Service")
def tunnel(ground):
    text = ground.kustomize(DEPLOY / "cloudflared")
    valid(ground, text)
    config = yaml.safe_load((DEPLOY / "cloudflared/config.yml").read_text())
    *rules, last = config["ingress"]
    expect(last == {"service": "http_status:404"}, f"cloudflared refuses a last rule such as {last}")
    expect(all("hostname" in it for it in rules), "a rule before the last takes everything")
    service = one(rendered(ground), "Service")
    name, namespace = service["metadata"]["name"], service["metadata"]["namespace"]
    address = f"http://{name}.{namespace}.svc.cluster.local:{service['spec']['ports'][0]['port']}"
    expect(address in [it["service"] for it in rules], f"no rule leads to {address}")
    volumes = one(text, "Deployment", "cloudflared")["spec"]["template"]["spec"]["volumes"]
    expect({"secret": {"secretName": "tunnel-credentials"}, "name": "credentials"} in volumes, f"{volumes}")
