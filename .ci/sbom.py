"""The list of what a release consists of (SBOM), in the format of CycloneDX.

It is read from the environment into which the release was installed: names, versions, licenses and
what needs what.
"""

import itertools
import json
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import Any

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseAcknowledgement
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

INSTALLED = """
import importlib.metadata as metadata, json
print(json.dumps([
    {
        "name": one.metadata["Name"],
        "version": one.version,
        "license": one.metadata["License-Expression"] or one.metadata["License"],
        "requires": one.requires or [],
    }
    for one in metadata.distributions()
]))
"""
"""Python code that prints the packages of the environment that runs it."""
NOT_OURS = {"pip", "setuptools", "wheel"}
LONGEST_LICENSE = 64
"""Some packages have the whole text of their license in the place of its name."""


def installed(python: Path) -> list[dict[str, Any]]:
    """Return the packages of the environment of a Python."""
    done = subprocess.run([python, "-c", INSTALLED], check=True, stdout=subprocess.PIPE, text=True)
    packages: list[dict[str, Any]] = json.loads(done.stdout)
    return [one for one in packages if canonicalize_name(one["name"]) not in NOT_OURS]


def make(packages: list[dict[str, Any]], root: str, hashes: dict[str, list[str]]) -> str:
    """Return the SBOM as JSON.

    Args:
        packages: what is installed.
        root: the name of the package that the rest is there for.
        hashes: the SHA-256 hashes of the wheels of each package, by its canonical name.
    """
    components = {canonicalize_name(one["name"]): component(one) for one in packages}
    for name, found in components.items():
        for value in hashes.get(name, ()):
            digest = HashType(alg=HashAlgorithm.SHA_256, content=value)
            found.external_references.add(
                ExternalReference(
                    type=ExternalReferenceType.DISTRIBUTION,
                    url=XsUri(str(found.purl)),
                    hashes=[digest],
                )
            )
    bom = Bom(components=[found for name, found in components.items() if name != root])
    bom.metadata.component = components[root]
    bom.metadata.component.type = ComponentType.APPLICATION
    for name, needed in needs(packages).items():
        bom.register_dependency(
            components[name], [components[one] for one in sorted(needed & components.keys())]
        )
    return str(JsonV1Dot6(bom).output_as_string(indent=2))


def component(package: dict[str, Any]) -> Component:
    """Return the component of a package."""
    license_name = (package["license"] or "").strip()
    known = LicenseFactory().make_from_string(
        license_name, license_acknowledgement=LicenseAcknowledgement.DECLARED
    )
    purl = PackageURL("pypi", None, canonicalize_name(package["name"]), package["version"])
    return Component(
        type=ComponentType.LIBRARY,
        name=package["name"],
        version=package["version"],
        bom_ref=purl.to_string(),
        purl=purl,
        licenses=[known] if 0 < len(license_name) <= LONGEST_LICENSE else [],
    )


def needs(packages: list[dict[str, Any]]) -> dict[str, set[str]]:
    """Return what each package needs here, also by an extra that another package asks for."""
    wanted = {
        canonicalize_name(one["name"]): [Requirement(line) for line in one["requires"]]
        for one in packages
    }
    extras: defaultdict[str, set[str]] = defaultdict(lambda: {""})
    for requirement in itertools.chain.from_iterable(wanted.values()):
        extras[canonicalize_name(requirement.name)] |= requirement.extras
    return {
        name: {
            canonicalize_name(one.name)
            for one in requirements
            if one.marker is None or any(one.marker.evaluate({"extra": e}) for e in extras[name])
        }
        for name, requirements in wanted.items()
    }
