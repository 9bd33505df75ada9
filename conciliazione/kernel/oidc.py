"""The identity providers of this deployment (SPID, CIE), read from the environment.

OIDC_PROVIDERS="spid,cie" names them; each is described by OIDC_SPID_SERVER_URL, _CLIENT_ID, _SECRET, and where the
defaults do not fit by _NAME, _TAX_CODE_CLAIM, _STRONG_ACR (space separated) and _ORIGINS (where its pages live).
"""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

NAMES = {"spid": "SPID", "cie": "CIE"}
# levels at which the provider itself has asked for two factors
STRONG = (
    "https://www.spid.gov.it/SpidL2 https://www.spid.gov.it/SpidL3 "
    "https://www.cartaidentita.interno.gov.it/livello2 https://www.cartaidentita.interno.gov.it/livello3"
)


def oidc_providers(env) -> list[dict]:
    """The providers as allauth wants them. Raises ImproperlyConfigured, naming the variable that is missing."""
    found = []
    for key in env.list("OIDC_PROVIDERS", default=[]):
        prefix = f"OIDC_{key.upper().replace('-', '_')}"

        def needed(name, prefix=prefix):
            value = env.str(f"{prefix}_{name}", "")
            if not value:
                raise ImproperlyConfigured(f"{prefix}_{name} is not set, and OIDC_PROVIDERS names this provider.")
            return value

        server = needed("SERVER_URL")
        found.append(
            {
                "provider_id": key,
                "name": env.str(f"{prefix}_NAME", NAMES.get(key, key)),
                "client_id": needed("CLIENT_ID"),
                "secret": needed("SECRET"),
                "settings": {
                    "server_url": server,
                    "tax_code_claim": env.str(
                        f"{prefix}_TAX_CODE_CLAIM", "https://attributes.eid.gov.it/fiscal_number"
                    ),
                    "strong_acr": env.str(f"{prefix}_STRONG_ACR", STRONG).split(),
                    "origins": env.list(f"{prefix}_ORIGINS", default=[]) or [origin(server)],
                },
            }
        )
    return found


def origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def origins_of(providers: list[dict]) -> set[str]:
    """Where the pages of the providers live: what the policy on forms must name."""
    return {each for provider in providers for each in provider["settings"]["origins"]}
