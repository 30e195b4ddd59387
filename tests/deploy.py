"""The manifests of the desk: that they parse, have what a bank's cluster asks for, and name real settings."""

import re
from pathlib import Path

import yaml

DESK = Path(__file__).parent.parent / "examples" / "desk"
MANIFESTS = list(yaml.safe_load_all((DESK / "deploy" / "crdesk.yaml").read_text()))
TRIAL = list(yaml.safe_load_all((DESK / "deploy" / "trial.yaml").read_text()))
VERSIONS = {
    "ConfigMap": "v1",
    "PersistentVolumeClaim": "v1",
    "Service": "v1",
    "Job": "batch/v1",
    "Deployment": "apps/v1",
    "StatefulSet": "apps/v1",
    "PodDisruptionBudget": "policy/v1",
    "NetworkPolicy": "networking.k8s.io/v1",
}


def the(kind: str) -> dict:
    (found,) = [manifest for manifest in MANIFESTS if manifest["kind"] == kind]
    return found


def pods() -> list[dict]:
    return [manifest["spec"]["template"]["spec"] for manifest in MANIFESTS + TRIAL if "template" in manifest.get("spec", {})]


def settings() -> set[str]:
    """What can be set, by its name in the environment: a test of the desk holds its README to it."""
    table = (DESK / "README.md").read_text().split("| setting | unless set | what |")[1]
    rows = [row for row in table.splitlines()[2:]]
    rows = rows[: next(nth for nth, row in enumerate(rows) if not row.startswith("|"))]
    names = [row.split("`")[1] for row in rows]
    return {"CRDESK_" + name.upper().replace(".", "__") for name in names}


def test_every_object_has_a_name_and_its_kind_a_known_version():
    assert len({m["kind"] for m in MANIFESTS}) == len(MANIFESTS)
    for manifest in MANIFESTS + TRIAL:
        assert manifest["apiVersion"] == VERSIONS[manifest["kind"]]
    assert all(m["metadata"]["name"].startswith("crdesk") for m in MANIFESTS)


def test_each_name_of_a_setting_is_one():
    for file in ("crdesk.yaml", "trial.yaml", "Containerfile", "README.md"):
        named = set(re.findall(r"CRDESK_[A-Z_]*[A-Z]", (DESK / "deploy" / file).read_text()))
        assert named and named <= settings(), f"{file}: {named - settings()}"


def test_what_is_secret_comes_from_the_secret():
    assert not {"CRDESK_STORE", "CRDESK_SECRETS", "CRDESK_MAIL__PASSWORD"} & set(the("ConfigMap")["data"])
    env = the("Deployment")["spec"]["template"]["spec"]["containers"][0]["env"]
    assert all(one["valueFrom"]["secretKeyRef"]["key"] == one["name"] for one in env)
    assert {"CRDESK_STORE", "CRDESK_SECRETS"} <= {one["name"] for one in env}


def test_no_pod_may_more_than_it_must():
    for pod in pods():
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
        for container in pod["containers"]:
            may = container["securityContext"]
            assert may["allowPrivilegeEscalation"] is False
            assert may["readOnlyRootFilesystem"] is True
            assert may["capabilities"] == {"drop": ["ALL"]}
            assert container["resources"]["requests"].keys() == {"cpu", "memory"}
            assert "memory" in container["resources"]["limits"]


def test_a_desk_is_always_there():
    deployment = the("Deployment")["spec"]
    assert deployment["replicas"] >= 3
    assert deployment["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    assert the("PodDisruptionBudget")["spec"]["minAvailable"] == deployment["replicas"] - 1
    (container,) = deployment["template"]["spec"]["containers"]
    probes = {name: container[f"{name}Probe"]["httpGet"]["path"] for name in ("startup", "liveness", "readiness")}
    assert probes == {"startup": "/health/live", "liveness": "/health/live", "readiness": "/health/ready"}
    stop = container["lifecycle"]["preStop"]["sleep"]["seconds"] + 10
    assert deployment["template"]["spec"]["terminationGracePeriodSeconds"] > stop


def test_selectors_ports_and_volumes_fit_together():
    pod = the("Deployment")["spec"]["template"]
    for selector in (
        the("Deployment")["spec"]["selector"]["matchLabels"],
        the("PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
        the("NetworkPolicy")["spec"]["podSelector"]["matchLabels"],
        the("Service")["spec"]["selector"],
    ):
        assert selector.items() <= pod["metadata"]["labels"].items()
        assert not selector.items() <= the("Job")["spec"]["template"]["metadata"]["labels"].items()
    (container,) = pod["spec"]["containers"]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    data = the("ConfigMap")["data"]
    assert data["CRDESK_LISTEN"].endswith(f":{ports['http']}")
    assert data["CRDESK_WATCH__LISTEN"].endswith(f":{ports['watch']}")
    assert {port["targetPort"] for port in the("Service")["spec"]["ports"]} <= set(ports)
    let_in = {port["port"] for rule in the("NetworkPolicy")["spec"]["ingress"] for port in rule["ports"]}
    assert let_in == set(ports.values())
    assert {mount["mountPath"] for mount in container["volumeMounts"]} == {data["CRDESK_FILES__PLACE"]}
    (volume,) = pod["spec"]["volumes"]
    assert volume["persistentVolumeClaim"]["claimName"] == the("PersistentVolumeClaim")["metadata"]["name"]


def test_the_image_is_empty_but_for_the_desk():
    lines = (DESK / "deploy" / "Containerfile").read_text().splitlines()
    last = lines[max(nth for nth, line in enumerate(lines) if line.startswith("FROM")) :]
    assert last[0] == "FROM scratch"
    assert sum(line.startswith("COPY") for line in last) == 1 and not any(line.startswith("RUN") for line in last)
    user = the("Deployment")["spec"]["template"]["spec"]["securityContext"]["runAsUser"]
    assert f"USER {user}:{user}" in last and user != 0


def test_a_trial_has_a_database_and_a_scanner_that_only_the_desk_reaches():
    data = the("ConfigMap")["data"]
    pods = {m["metadata"]["name"]: m for m in TRIAL if "template" in m.get("spec", {})}
    services = {m["metadata"]["name"]: m["spec"] for m in TRIAL if m["kind"] == "Service"}
    policies = {m["metadata"]["name"]: m["spec"] for m in TRIAL if m["kind"] == "NetworkPolicy"}
    assert set(pods) == set(policies) == {"crdesk-postgres", "crdesk-clamd"}
    for name, host, port in (("crdesk-postgres", "crdesk-postgres", 5432), ("crdesk-clamd", "clamd", 3310)):
        labels = pods[name]["spec"]["template"]["metadata"]["labels"]
        (container,) = pods[name]["spec"]["template"]["spec"]["containers"]
        assert {"startupProbe", "livenessProbe", "readinessProbe"} <= container.keys()
        ports = {one["name"]: one["containerPort"] for one in container["ports"]}
        assert list(ports.values()) == [port]
        assert services[host]["selector"].items() <= labels.items()
        (open_to,) = services[host]["ports"]
        assert open_to["port"] == port and open_to["targetPort"] in ports
        assert policies[name]["podSelector"]["matchLabels"].items() <= labels.items()
        (rule,) = policies[name]["ingress"]
        assert rule["ports"] == [{"protocol": "TCP", "port": port}] and rule["from"]
        out = {one["port"] for rule in the("NetworkPolicy")["spec"]["egress"] for one in rule["ports"]}
        assert port in out
    assert data["CRDESK_FILES__CLAMD"] == "clamd:3310"
    text = (DESK / "deploy" / "README.md").read_text()
    assert "@crdesk-postgres/desk" in text and "POSTGRES_PASSWORD" in text
